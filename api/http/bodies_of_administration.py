"""What the API takes from administrators: Parties, days of calendars, persons, mandates, tokens."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from api.http.bodies import Body, Day, PartyCode, Reason, example
from workflow.records.persons import EMAIL, REFERENCE, SHA_256, TITLE, Letter

Text = Annotated[str, Field(min_length=1, max_length=200)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2}$", examples=["en", "fr", "es"])]
PersonId = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$", description="an id of the office's choice")
]
RoleName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=100)]


class PartyBody(Body):
    """The facts of a Party. `names` are by language."""

    model_config = example(names={"en": "Kenya", "fr": "Kenya"}, region="Africa", language="en")

    names: Annotated[dict[Language, Text], Field(min_length=1)]
    iso3: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    electoral_group: Text | None = None
    region: Text | None = None
    language: Language | None = None
    ldc: bool = False
    lldc: bool = False
    sids: bool = False
    deposited_on: Day | None = None
    instrument: Text | None = None
    in_force_on: Day | None = None
    date_status: Literal["verified", "unverified"] = "unverified"


class DayBody(Body):
    """A day off, or (`worked`) a day of the weekend or a holiday that is worked after all."""

    model_config = example(name="The house moves")

    name: Text
    worked: bool = False
    reason: Reason = ""


class PersonBody(Body):
    """The facts of an account."""

    model_config = example(
        name="Nadia", title="Madame", language="fr", email="nadia@example.org", nationalities=["CI"]
    )

    name: Text
    title: Annotated[str, Field(pattern=TITLE)] | None = Field(
        None, description="the form of address, as letters shall write it"
    )
    language: Language = "en"
    email: Annotated[str, Field(pattern=EMAIL, max_length=200)] | None = None
    nationalities: Annotated[list[PartyCode], Field(max_length=10)] = Field(default_factory=list)
    conflicts: Annotated[list[PartyCode], Field(max_length=200)] = Field(
        default_factory=list, description="Parties that the person declared a conflict with"
    )


class ConflictsBody(Body):
    """The Parties that I have a conflict of interest with: all of them, whatever was declared before."""

    model_config = example(parties=["KE"])

    parties: Annotated[list[PartyCode], Field(max_length=200)]


class LetterOfDesignation(Body):
    """The letter by which a State or an office designates somebody."""

    model_config = example(reference="MFA/12/2026", date="2025-12-15")

    reference: Annotated[str, Field(pattern=REFERENCE)]
    date: Day
    digest: Annotated[str, Field(pattern=SHA_256)] | None = Field(None, description="SHA-256 of its content")

    @property
    def letter(self) -> Letter:
        return Letter(self.reference, self.date, self.digest)


class MandateBody(Body):
    """The dated right to act in a role: for a Party, for a region, or (both absent) everywhere."""

    model_config = example(
        role="focal_point",
        party="CI",
        since="2026-01-01",
        letter={"reference": "MFA/12/2026", "date": "2025-12-15"},
    )

    role: RoleName
    party: PartyCode | None = None
    region: Text | None = None
    since: Day
    until: Day | None = Field(None, description="its last day")
    reason: Reason = ""
    letter: LetterOfDesignation | None = Field(
        None, description="the letter of designation; a role with `designation: letter` needs it"
    )


class DesignationBody(Body):
    """Whom the Party designates in a role, from a day on, and the letter that says so."""

    model_config = example(
        person="nadia", since="2026-12-01", letter={"reference": "MCC/2026/114", "date": "2026-11-20"}
    )

    person: PersonId
    role: RoleName = "focal_point"
    since: Day = Field(description="the first day of the new one; the former one's last is the day before")
    letter: LetterOfDesignation
    reason: Reason = ""


class BounceBody(Body):
    """What the mail server said when a message came back."""

    model_config = example(said="550 no such mailbox")

    said: Annotated[str, Field(min_length=1, max_length=2000)]
