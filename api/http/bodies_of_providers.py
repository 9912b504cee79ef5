"""What the API takes and says of providers, and of accounts with them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from api.http.bodies import Body, example
from workflow.runtime.providers.configuration import NAME

ProviderName = Annotated[str, Field(pattern=f"^{NAME}$", description="as `GET /api/session/providers` says")]
ReturnTo = Annotated[str, Field(max_length=501, description="a path of this service, to go to afterwards")]


class BeginningBody(Body):
    """Where to go when the sign-in is over."""

    model_config = example(return_to="/api/me")

    return_to: ReturnTo = "/"


class LinkingBody(Body):
    """Whose account is to be linked, and where to go when it is."""

    model_config = example(provider="office")

    provider: ProviderName
    return_to: ReturnTo = "/"


class IdentityBody(Body):
    """An account with a provider."""

    model_config = example(provider="office", subject="248289761001")

    provider: ProviderName
    subject: Annotated[
        str, Field(min_length=1, max_length=255, description="what the provider calls it: its `sub`")
    ]


class ProviderReply(BaseModel):
    """A provider to sign in by."""

    name: str
    label: str = Field(description="the words to choose it by")


class ProvidersReply(BaseModel):
    items: list[ProviderReply]


class BegunReply(BaseModel):
    """Where the browser is to go now."""

    address: str


class IdentityReply(BaseModel):
    """An account with a provider, and whose it is here."""

    id: str
    issuer: str
    subject: str
    person: str
    linked_at: datetime
    linked_by: str
    used_at: datetime | None = Field(description="when somebody last signed in by it")


class IdentitiesReply(BaseModel):
    items: list[IdentityReply]
