"""Writes the generated documentation: JSON Schemas of the formats, their reference page, and who sees
what (`make docs`).
"""

import json
from pathlib import Path

from docs import audiences_page
from docs.format_page import definition_schema, page, scenario_schema

ROOT = Path(__file__).parents[1]


def generated() -> dict[Path, str]:
    """Every generated file with what must stand in it."""
    return {
        ROOT / "definitions" / "definition.schema.json": _json(definition_schema()),
        ROOT / "definitions" / "scenario.schema.json": _json(scenario_schema()),
        ROOT / "docs" / "reference" / "definition-format.md": page(),
        ROOT / "docs" / "reference" / "who-sees-what.md": audiences_page.page(),
    }


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    for path, text in generated().items():
        path.write_text(text, encoding="utf-8")
        print(f"Wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
