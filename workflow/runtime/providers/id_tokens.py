"""What an ID token proves. Law: nothing of it counts before a key of the provider's own has signed it; keys
that it brings along, or points to, are never looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jws, jwt
from joserfc.errors import ClaimError, JoseError
from joserfc.jwk import KeySet

from workflow.errors import SignInRefused
from workflow.runtime.providers.configuration import Provider, SecondFactor

LEEWAY = 60
"""By how many seconds the clocks of two houses may differ."""
LONGEST_SUBJECT = 255

Keys = Callable[[str | None], KeySet]


@dataclass(frozen=True, slots=True)
class Proven:
    """Who it is, in the provider's words, and whether it asked for a second factor."""

    issuer: str
    subject: str
    second_factor: bool


def verify(
    token: str, provider: Provider, keys: Keys, *, nonce: str, access_token: str | None, now: datetime
) -> Proven:
    """Raises SignInRefused, and ProviderAway where the keys cannot be had."""
    signed = keys(_key_id(token))
    try:
        claims = _claims(token, provider, signed, nonce, access_token)
        claims.validate(now=int(now.timestamp()), leeway=LEEWAY)
        return Proven(provider.issuer, _subject(claims["sub"]), asked_for(provider.second_factor, claims))
    except ClaimError as fault:
        raise SignInRefused(f"ID token, claim {fault.claim}") from fault
    except JoseError as fault:
        raise SignInRefused(f"ID token, {fault.error}") from fault
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
        # Whatever a forged token makes its readers stumble over.
        raise SignInRefused(f"ID token, {type(fault).__name__}") from fault


def asked_for(wanted: SecondFactor, claims: dict[str, Any]) -> bool:
    """Whether the token says so in one of the words that were agreed upon."""
    methods, level = claims.get("amr"), claims.get("acr")
    by_method = isinstance(methods, list) and any(
        one in wanted.amr for one in methods if isinstance(one, str)
    )
    return by_method or (isinstance(level, str) and level in wanted.acr)


def _key_id(token: str) -> str | None:
    """Which key it says that it was signed with: a name to look up among the provider's, nothing more."""
    try:
        header = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
        raise SignInRefused("ID token, unreadable") from fault
    named = header.get("kid")
    return named if isinstance(named, str) else None


def _claims(
    token: str, provider: Provider, keys: KeySet, nonce: str, access_token: str | None
) -> CodeIDToken:
    # Strange members of the header are passed over, as the standard asks; those marked critical are not.
    registry = jws.JWSRegistry(algorithms=list(provider.algorithms), strict_check_header=False)
    found = jwt.decode(token, keys, registry=registry)
    options = {
        "iss": {"essential": True, "value": provider.issuer},
        "aud": {"essential": True, "value": provider.client_id},
        "sub": {"essential": True},
        "nonce": {"essential": True},
    }
    params = {"nonce": nonce, "client_id": provider.client_id, "access_token": access_token}
    return CodeIDToken(found.claims, found.header, options, params)


def _subject(told: str) -> str:
    if len(told) > LONGEST_SUBJECT or not told.isprintable():
        raise SignInRefused("ID token, claim sub")
    return told
