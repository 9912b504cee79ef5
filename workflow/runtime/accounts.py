"""What an account and a mandate may say, whoever gives them. Law: a name that nothing here has is refused,
for a misspelt role gives no right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from babel import Locale

from workflow.errors import Fault, Malformed, Phrase
from workflow.records import parties
from workflow.records.databases.protocol import Connection
from workflow.records.persons import EMAIL, REFERENCE, SHA_256, TITLE, Letter, Person
from workflow.rules.commands import ADMINISTRATOR, AUDITOR
from workflow.runtime.filters import unknown
from workflow.runtime.library import Library

# Those of the messages that the engine writes by itself.
LANGUAGES = ("en", "fr", "es")
# Places in the list of territories that are nobody's country: groups, reserved and made-up codes.
NO_COUNTRIES = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}


def check_person(connection: Connection, library: Library, person: Person) -> None:
    """Raises Malformed with a pointer to each fact that cannot be."""
    if faults := (*_of_facts(library, person), *_of_nationalities(connection, person)):
        raise Malformed(faults)


def check_mandate(
    connection: Connection, library: Library, role: str, region: str | None, letter: Letter | None = None
) -> None:
    """Raises Malformed for a role that no definition has, a region that no Party is of, and a role that
    nobody has but by a letter of designation.
    """
    if faults := (*_of_portfolio(connection, library, role, region), *letter_faults(library, role, letter)):
        raise Malformed(faults)


def check_portfolio(
    connection: Connection,
    library: Library,
    *,
    role: str | None = None,
    party: str | None = None,
    region: str | None = None,
) -> None:
    """Raises Malformed for a role, Party or region that mandates are looked for by and that there is not."""
    faults = [*_of_portfolio(connection, library, role, region)]
    if party is not None and parties.find(connection, party) is None:
        faults.append(parties.unknown(party))
    if faults:
        raise Malformed(tuple(faults))


def needs_letter(library: Library, role: str) -> bool:
    """Whether a definition says that nobody has this role but by a letter of designation."""
    found = (one.format.roles.get(role) for one in library.all())
    return any(one is not None and one.designation == "letter" for one in found)


def letter_faults(library: Library, role: str, letter: Letter | None) -> Iterator[Fault]:
    """What is wrong with the letter by which somebody is to have the role."""
    if letter is not None:
        yield from _of_what_it_says(letter)
    elif needs_letter(library, role):
        given = {"role": role}
        no_reference = "'{role}' is designated by letter; give the letter's reference, as MFA/12/2026"
        yield Fault("/letter/reference", Phrase(no_reference, given))
        yield Fault(
            "/letter/date", Phrase("'{role}' is designated by letter; give its date, as 2026-03-02", given)
        )


def _of_what_it_says(letter: Letter) -> Iterator[Fault]:
    if not re.fullmatch(REFERENCE, letter.reference):
        said = "the reference of a letter is one line of at most 200 characters, as MFA/12/2026"
        yield Fault("/letter/reference", said)
    if letter.digest is not None and not re.fullmatch(SHA_256, letter.digest):
        yield Fault("/letter/digest", "a digest is the SHA-256 of the content: 64 signs of 0-9 and a-f")


def _of_portfolio(
    connection: Connection, library: Library, role: str | None, region: str | None
) -> Iterator[Fault]:
    roles = {ADMINISTRATOR, AUDITOR, *(name for one in library.all() for name in one.format.roles)}
    yield from unknown("/role", role, roles, Phrase("there is no role '{name}'{hint}"))
    regions = parties.regions(connection)
    yield from unknown("/region", region, regions, Phrase("there is no region '{name}'{hint}"))


def _of_facts(library: Library, person: Person) -> Iterator[Fault]:
    languages = sorted({*LANGUAGES, *(name for one in library.all() for name in one.format.languages)})
    yield from unknown(
        "/language", person.language, languages, Phrase("nothing is written in a language '{name}'{hint}")
    )
    if person.title is not None and not re.fullmatch(TITLE, person.title):
        yield Fault("/title", "a form of address is one line of at most 80 characters, as: H.E. Ms")
    if person.email is not None and not re.fullmatch(EMAIL, person.email):
        said = Phrase("'{email}' is no address; write it as name@example.org", {"email": person.email})
        yield Fault("/email", said)


def _of_nationalities(connection: Connection, person: Person) -> Iterator[Fault]:
    if not person.nationalities:
        return
    countries = _countries()
    known = countries.keys() | parties.codes(connection)
    for no, code in enumerate(person.nationalities):
        if code not in known:
            yield Fault(f"/nationalities/{no}", _no_country(code, countries))


def _countries() -> dict[str, str]:
    """Every country's name by its code."""
    every = Locale("en").territories.items()
    return {code: name for code, name in every if re.fullmatch("[A-Z]{2}", code) and code not in NO_COUNTRIES}


def _no_country(code: str, countries: dict[str, str]) -> Phrase:
    """A code in small letters, or the country's name, is told how it is written."""
    meant = {
        **{name.lower(): known for known, name in countries.items()},
        **{one.lower(): one for one in countries},
    }
    near = next(iter(get_close_matches(code.lower(), meant, n=1, cutoff=0.8)), None)
    params = {"code": code, "near": meant[near] if near else "KE"}
    if near:
        return Phrase("'{code}' is not the ISO 3166 code of a country; did you mean '{near}'?", params)
    return Phrase("'{code}' is not the ISO 3166 code of a country; write it as {near}", params)
