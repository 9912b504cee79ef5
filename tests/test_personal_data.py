"""The map of personal data names every column that can hold what somebody wrote."""

import re
from pathlib import Path

from sqlalchemy import JSON, String
from sqlmodel import AutoString

from workflow.records.tables import METADATA

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "personal-data.md"
# Codes, names of definitions and digests: nobody writes them, and they say nothing of anybody.
PLAIN_TABLES = {"calendar", "calendar_session", "definition_version", "edition", "holiday", "party", "serial"}
PLAIN = {
    "id", "case_id", "digest", "hash", "previous", "head", "state", "status", "category", "kind", "code",
    "definition", "key", "form", "act", "before", "after", "role", "name", "template", "letter", "reference",
    "channel", "language", "calendar", "subject", "trigger", "outcome", "opened_in", "assigned_by",
    "party", "region", "number", "parent", "ball_role", "pointer", "sender", "scope", "method", "purpose",
    "browser", "mandate", "person", "about",
}  # fmt: skip
# Of these names the map tells where they are somebody's words or somebody.
TOLD = {"person.name", "file.name", "notice.subject", "bulletin.subject", "identity.subject"}


def named() -> set[str]:
    return set(re.findall(r"`([a-z_]+\.[a-z_]+)`", PAGE.read_text(encoding="utf-8")))


def columns() -> dict[str, bool]:
    """Every column of text or JSON, and whether it has to be named."""
    return {
        f"{table.name}.{column.name}": f"{table.name}.{column.name}" in TOLD
        or (table.name not in PLAIN_TABLES and column.name not in PLAIN)
        for table in METADATA.sorted_tables
        for column in table.columns
        if isinstance(column.type, JSON | String | AutoString)
    }


def test_every_column_with_text_is_named_in_the_map() -> None:
    silent = sorted(name for name, wanted in columns().items() if wanted and name not in named())
    assert not silent, f"say in {PAGE.name} what these hold and how it ends: {', '.join(silent)}"


def test_the_map_names_nothing_that_is_not_there() -> None:
    strange = {one for one in named() if one.partition(".")[0] in METADATA.tables and one not in columns()}
    assert not strange
