"""What a provider tells about itself: where it answers, and the keys that it signs with.

Law: it speaks for its own issuer only; a key counts only if it came from the address that it names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from workflow.runtime.addresses import fault_of_address
from workflow.runtime.providers.configuration import Provider
from workflow.runtime.providers.fetching import away, get_json

KEPT = timedelta(minutes=10)
"""For how long what a provider told is believed without asking again."""
RESTED = timedelta(minutes=1)
"""How long passes at least between two looks for a key that is not known."""
PUBLIC = ("RSA", "EC")
MOST_KEYS = 50

Now = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Metadata:
    """Where it answers. `names_itself`: it puts its issuer into every answer by the browser (RFC 9207)."""

    authorization: str
    token: str
    keys: str
    names_itself: bool
    authentications: tuple[str, ...]


class Directory:
    """One provider's metadata and keys, kept for a while. Used by any number of threads."""

    def __init__(self, provider: Provider, now: Now) -> None:
        self.provider = provider
        self._now = now
        self._asking = Lock()
        self._metadata: tuple[datetime, Metadata] | None = None
        self._keys: tuple[datetime, KeySet] | None = None

    def metadata(self) -> Metadata:
        """Raises ProviderAway."""
        with self._asking:
            if self._metadata is None or self._is_old(self._metadata[0]):
                self._metadata = self._now(), read_metadata(self.provider)
            return self._metadata[1]

    def keys(self, wanted: str | None) -> KeySet:
        """All its keys; asked for anew where none has this id, but not again and again.

        Raises ProviderAway.
        """
        address = self.metadata().keys
        with self._asking:
            if self._keys is None or self._is_old(self._keys[0]) or self._may_be_new(*self._keys, wanted):
                self._keys = self._now(), read_keys(address)
            return self._keys[1]

    def _is_old(self, since: datetime) -> bool:
        return self._now() - since >= KEPT

    def _may_be_new(self, since: datetime, keys: KeySet, wanted: str | None) -> bool:
        known = wanted is None or any(key.kid == wanted for key in keys)
        return not known and self._now() - since >= RESTED


def read_metadata(provider: Provider) -> Metadata:
    """Ask the provider. Raises ProviderAway with what is wrong."""
    told = get_json(f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    if told.get("issuer") != provider.issuer:
        raise away(f"it says that its issuer is {told.get('issuer')!r:.200}, not {provider.issuer}")
    _check_algorithms(provider, told)
    authentications = told.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    return Metadata(
        _endpoint(provider, told, "authorization_endpoint"),
        _endpoint(provider, told, "token_endpoint"),
        _endpoint(provider, told, "jwks_uri"),
        told.get("authorization_response_iss_parameter_supported") is True,
        tuple(map(str, authentications)) if isinstance(authentications, list) else (),
    )


def read_keys(address: str) -> KeySet:
    """The public keys there: those that both sides would know are none. Raises ProviderAway."""
    told = get_json(address).get("keys")
    listed: list[Any] = told if isinstance(told, list) else []
    public = [
        _public(key) for key in listed[:MOST_KEYS] if isinstance(key, dict) and key.get("kty") in PUBLIC
    ]
    try:
        return KeySet.import_key_set({"keys": public})
    except (JoseError, ValueError, KeyError, TypeError) as fault:
        raise away(f"{address} has no keys that can be used") from fault


def _public(key: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value for name, value in key.items() if name not in ("d", "p", "q", "dp", "dq", "qi", "oth")
    }


def _check_algorithms(provider: Provider, told: dict[str, Any]) -> None:
    offered = told.get("id_token_signing_alg_values_supported")
    if isinstance(offered, list) and not set(provider.algorithms) & set(map(str, offered)):
        raise away(f"it signs by {', '.join(map(str, offered))}, and none of these is allowed")


def _endpoint(provider: Provider, told: dict[str, Any], name: str) -> str:
    """Plain http only where the issuer itself is on this machine."""
    address = told.get(name)
    if not isinstance(address, str):
        raise away(f"it does not tell its {name}")
    if fault := fault_of_address(address, local=provider.issuer.startswith("http://"), query=True):
        raise away(f"its {name} is {address:.200}: {fault}")
    return address
