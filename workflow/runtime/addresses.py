"""Which addresses may be spoken to: https, or plain http on this machine alone, to try things out."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit


def fault_of_address(address: str, *, local: bool = True, query: bool = False) -> str | None:
    """What is wrong with an address that secrets travel to; None where nothing is.

    `local`: plain http may lead to this machine. `query`: it may have one.
    """
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "it is no address; write it as https://login.example.org"
    if not host or parts.scheme not in ("https", "http"):
        return "it is no address; write it as https://login.example.org"
    if "@" in parts.netloc or "#" in address or ("?" in address and not query) or not _is_plain(address):
        return "it may have no user, no ?, no # and no space; write it as https://login.example.org"
    if parts.scheme == "http" and not (local and is_loopback(host)):
        return "plain http may be spoken on this machine only; write https://"
    return None


def is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _is_plain(address: str) -> bool:
    return address.isascii() and address.isprintable() and not set(address) & set(" \\")
