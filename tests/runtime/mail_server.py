"""A mail server for tests, on the loopback only: takes letters, or answers as it is told."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Post:
    """What came, and what is answered: `answers` maps a command (RCPT, DATA, MAIL) to the server's words."""

    letters: list[bytes] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    port: int = 0


@contextmanager
def mail_server() -> Iterator[Post]:
    post = Post()

    class Conversation(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.say("220 here")
            for line in self.rfile:
                command = line.split()[0].decode().upper() if line.split() else ""
                if command == "QUIT":
                    self.say("221 bye")
                    return
                if command in post.answers:
                    self.say(post.answers[command])
                elif command == "DATA":
                    self.say("354 go on")
                    post.letters.append(self.letter())
                    self.say("250 taken")
                else:
                    self.say("250 ok")

        def letter(self) -> bytes:
            lines = []
            while (line := self.rfile.readline()) != b".\r\n":
                lines.append(line)
            return b"".join(lines)

        def say(self, words: str) -> None:
            self.wfile.write(f"{words}\r\n".encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation) as server:
        server.daemon_threads = True
        post.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield post
        finally:
            server.shutdown()
