"""What the API takes from those who sign in, and of how they do."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from api.http.bodies import Body, Moment, Reason, example
from workflow.records.persons import EMAIL

GOOD, BETTER = "tin lantern under seven maps", "green harbour with nine slow boats"
Email = Annotated[str, Field(pattern=EMAIL, max_length=200)]
Password = Annotated[str, Field(min_length=1, max_length=200)]
Code = Annotated[
    str, Field(min_length=6, max_length=40, description="six digits of the app, or a recovery code")
]
Link = Annotated[str, Field(min_length=1, max_length=100, description="the secret of a one-time link")]
Scope = Annotated[
    Literal["read", "act", "administer"],
    Field(description="the most that may be done with it; what its person may not do it never allows"),
]


class SignInBody(Body):
    """An address and its password; with `code` the second factor too."""

    model_config = example(email="nadia@example.org", password=GOOD)

    email: Email
    password: Password
    code: Code | None = None


class CodeBody(Body):
    """A code of the second factor."""

    model_config = example(code="123456")

    code: Code


class LinkBody(Body):
    """A one-time link to sign in with."""

    model_config = example(link="cl_3o5Zc1")

    link: Link


class LinkRequestBody(Body):
    """Whom to mail a one-time link: to sign in, or to set a new password."""

    model_config = example(email="nadia@example.org")

    email: Email
    purpose: Literal["sign_in", "reset"] = "sign_in"


class InvitationBody(Body):
    """An invitation, or a link for a new password, and the password."""

    model_config = example(link="cl_3o5Zc1", password=GOOD)

    link: Link
    password: Password


class PasswordBody(Body):
    """The password as it is, and as it is to be."""

    model_config = example(current=GOOD, password=BETTER)

    current: Password
    password: Password


class FactorRemovalBody(Body):
    """The password; for an account without one a code."""

    model_config = example(password=GOOD)

    password: Password | None = None
    code: Code | None = None


class TokenBody(Body):
    """A new bearer token."""

    model_config = example(label="laptop", scope="read")

    label: Annotated[str, Field(max_length=200)] = ""
    scope: Scope = "act"
    expires_at: Moment | None = Field(None, description="default: 90 days from now")


class ReasonBody(Body):
    """Why it is done."""

    model_config = example(reason="left the ministry on 1 March")

    reason: Reason = ""
