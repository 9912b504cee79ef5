"""The code flow: where a browser is sent, and what the provider gives for the code that it brings back.

Law: the redirect address is the house's own setting, one for each provider; no header of a request is asked.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from hmac import digest
from typing import Any

from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session

from workflow.errors import NotFound, SignInRefused
from workflow.runtime.providers.configuration import Provider
from workflow.runtime.providers.discovery import Directory, Metadata, Now
from workflow.runtime.providers.fetching import away, open_session, spoken
from workflow.runtime.providers.id_tokens import Proven, verify

AUTHENTICATIONS = ("client_secret_basic", "client_secret_post")
CALLBACK = "/api/session/callback/{name}"


@dataclass(frozen=True, slots=True)
class Secrets:
    """What ties a flow to a browser: the state goes to the provider and comes back, `browser` stays in a
    cookie. Nonce and verifier follow from both, so that the database can keep digests only.
    """

    state: str
    browser: str

    @property
    def nonce(self) -> str:
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        return self._derived("verifier")

    def _derived(self, purpose: str) -> str:
        made = digest(self.browser.encode(), f"{purpose} {self.state}".encode(), "sha256")
        return urlsafe_b64encode(made).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True)
class Answer:
    """What the browser brings back from the provider."""

    state: str = ""
    code: str = ""
    issuer: str | None = None
    error: str = ""


class CodeFlow:
    """One provider, as this house speaks with it."""

    def __init__(self, provider: Provider, house: str, now: Now) -> None:
        """`house` is the address where browsers reach this service."""
        self.provider = provider
        self.redirect = house + CALLBACK.format(name=provider.name)
        self._directory = Directory(provider, now)
        self._now = now

    def address(self, secrets: Secrets) -> str:
        """Where to send the browser. Raises ProviderAway."""
        metadata = self._directory.metadata()
        levels = " ".join(self.provider.second_factor.acr)
        asked = {"nonce": secrets.nonce} | ({"acr_values": levels} if levels else {})
        with self._session(metadata) as session:
            told: tuple[str, str] = session.create_authorization_url(
                metadata.authorization, secrets.state, secrets.verifier, **asked
            )
        return told[0]

    def prove(self, answer: Answer, secrets: Secrets) -> Proven:
        """Who it is that came back. Raises SignInRefused, ProviderAway."""
        metadata = self._directory.metadata()
        self._check_issuer(answer, metadata)
        if answer.error or not answer.code:
            raise SignInRefused(f"the provider answers {_word(answer.error) or 'without a code'}")
        given = self._exchanged(answer.code, secrets, metadata)
        token, access = given.get("id_token"), given.get("access_token")
        if not isinstance(token, str):
            raise SignInRefused("the provider gives no ID token")
        return verify(
            token,
            self.provider,
            self._directory.keys,
            nonce=secrets.nonce,
            access_token=access if isinstance(access, str) else None,
            now=self._now(),
        )

    def _check_issuer(self, answer: Answer, metadata: Metadata) -> None:
        """A code of another provider's is never sent to this one (RFC 9207)."""
        if answer.issuer is None and metadata.names_itself:
            raise SignInRefused("the answer does not name its issuer")
        if answer.issuer not in (None, self.provider.issuer):
            raise SignInRefused("the answer is of another issuer")

    def _exchanged(self, code: str, secrets: Secrets, metadata: Metadata) -> dict[str, Any]:
        with self._session(metadata) as session:
            try:
                return dict(
                    spoken(
                        lambda: session.fetch_token(
                            metadata.token,
                            grant_type="authorization_code",
                            code=code,
                            code_verifier=secrets.verifier,
                        )
                    )
                )
            except OAuthError as fault:
                raise SignInRefused(f"the provider gives no token: {_word(fault.error)}") from fault
            except (ValueError, TypeError, RecursionError) as fault:
                raise away("what it gives for a code is no JSON object") from fault

    def _session(self, metadata: Metadata) -> OAuth2Session:
        return open_session(
            client_id=self.provider.client_id,
            client_secret=self.provider.client_secret,
            token_endpoint_auth_method=self._authentication(metadata),
            scope=" ".join(self.provider.scopes),
            redirect_uri=self.redirect,
            code_challenge_method="S256",
        )

    def _authentication(self, metadata: Metadata) -> str:
        if self.provider.client_secret is None:
            return "none"
        known = [one for one in AUTHENTICATIONS if one in metadata.authentications]
        return known[0] if known else AUTHENTICATIONS[0]


class Providers:
    """All providers of this house."""

    def __init__(self, providers: Iterable[Provider] = (), house: str | None = None, *, now: Now) -> None:
        self._flows = {one.name: CodeFlow(one, house or "", now) for one in providers}

    def all(self) -> tuple[Provider, ...]:
        return tuple(flow.provider for flow in self._flows.values())

    def flow(self, name: str) -> CodeFlow:
        """Raises NotFound."""
        if name not in self._flows:
            raise NotFound("There is no provider '{name}'; /api/session/providers lists them.", name=name)
        return self._flows[name]


def _word(told: str | None) -> str:
    """An error of the provider's, as far as it is one word that a log may show."""
    return told if told and re.fullmatch(r"[a-z_]{1,40}", told) else "an error" if told else ""
