"""What the API says of sessions, second factors and invitations."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field


class SessionReply(BaseModel):
    """Who is signed in, and what the session is still good for."""

    person: str
    name: str
    method: str = Field(description="how it began: password, link, invitation, oidc; or token")
    scope: Literal["read", "act", "administer"]
    missing: Literal["code", "enrolment"] | None = Field(
        description="what must be given before it is good for anything else: the code of the second factor, "
        "or a second factor at all"
    )
    csrf: str | None = Field(description="what writes carry in the header X-CSRF-Token; null with a token")


class Ended(BaseModel):
    """What was ended, and how many there were."""

    ended: int


class Asked(BaseModel):
    """The same whether somebody has the address."""

    said: str = "If this address is that of an account, a link is on its way."


class OwnSession(BaseModel):
    """A session of the caller's. `id` is the beginning of its digest; `own`: this very one."""

    id: str
    own: bool
    method: str
    created_at: datetime
    seen_at: datetime = Field(description="when it was last used, to ten minutes")
    expires_at: datetime
    factor_at: datetime | None = Field(description="when the second factor was given in it")
    source: str = Field(description="the network that it was begun from")
    agent: str


class OwnSessions(BaseModel):
    items: list[OwnSession]


class EnrolmentReply(BaseModel):
    """What an app for codes needs. The factor counts when its first code is given."""

    secret: str
    uri: str
    qr: str = Field(description="the uri as a QR code, in SVG")


class RecoveryReply(BaseModel):
    """Codes that stand in for the second factor, each once. They are told this once."""

    recovery_codes: list[str]
    csrf: str | None = Field(description="the new token of the session; null where it stayed")


class FactorReply(BaseModel):
    """The second factor of the caller."""

    enrolled: bool
    demanded: bool = Field(description="whether a role of theirs asks for one")
    recovery_codes_left: int


class InvitationReply(BaseModel):
    """An invitation that is on its way by mail."""

    person: str
    email: str


class AccountReply(BaseModel):
    """Whether an account is open, and how its person signs in."""

    person: str
    disabled_at: datetime | None
    password: bool = Field(description="whether one is set")
    second_factor: bool = Field(description="whether one counts")
