"""Reading YAML 1.2 with places: what is a text, what is refused, and where a fault is said to be."""

from typing import Any

import pytest

from workflow.rules.loading.nodes import read

FILE = """\
key: grants
country: NO
states:
  draft: {category: draft}
  open:
    category: open
    guard:
      folded: >-
        days > 3 &&
        dayz < 2
      literal: |
        days > 3 &&
          dayz < 2
      quoted: "days > 3 && dayz < 2"
      plain: days > 3 &&
        dayz < 2
"""


def test_plain_words_are_read_by_the_core_schema_of_yaml_1_2() -> None:
    text = "[NO, yes, on, 012, 0o14, 1.50, 1e3, ~, 2026-03-02, true, '3', 1_000, -4, .5, 0x1F]"
    tree, faults = read("a.yaml", text)
    assert faults == ()
    assert tree.value == [
        "NO", "yes", "on", 12, 12, 1.5, 1000.0, None, "2026-03-02", True, "3", "1_000", -4, 0.5, 31,
    ]  # fmt: skip


def test_every_part_knows_its_place() -> None:
    tree, _ = read("a.yaml", FILE)
    assert tree.value["country"] == "NO"
    assert tree.places["states", "draft", "category"] == (4, 21)
    assert tree.keys["states", "draft"] == (4, 3)
    assert str(tree.fault(("states", "open", "ball"), "missing")) == "a.yaml:6:5: missing"
    assert str(tree.key_fault(("states", "draft"), "odd")) == "a.yaml:4:3: odd"


@pytest.mark.parametrize(
    ("name", "line", "column", "place"),
    [
        ("folded", 1, 13, (10, 9)),
        ("literal", 2, 3, (13, 11)),
        ("quoted", 1, 13, (14, 28)),
        ("plain", 1, 13, (16, 9)),
        ("plain", 1, 1, (15, 14)),
        ("folded", 1, 21, (10, 17)),  # just after the end
    ],
)
def test_a_place_within_a_text_is_found_in_the_file(
    name: str, line: int, column: int, place: tuple[int, int]
) -> None:
    tree, _ = read("a.yaml", FILE)
    fault = tree.inner_fault(("states", "open", "guard", name), line, column, "here")
    assert (fault.line, fault.column) == place


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        (
            "a: &x 1\nb: *x\n",
            [
                "a.yaml:1:4: anchors (&x) are not used here; write the part out",
                "a.yaml:2:1: aliases (*x) are not used here; write the part out",
            ],
        ),
        (
            "a: !!str 5\n",
            ["a.yaml:1:4: tags (as tag:yaml.org,2002:str) are not used here; write the plain value"],
        ),
        ("a: !mine {}\n", ["a.yaml:1:4: tags (as !mine) are not used here; write the plain value"]),
        ("a: 1\nb: 2\na: 3\n", ["a.yaml:3:1: the key 'a' stands twice; first in line 1"]),
        ("{[1]: 2}\n", ["a.yaml:1:2: a key must be a single word or text"]),
        ("", ["a.yaml:1:1: the file is empty"]),
        ("# nothing\n", ["a.yaml:1:1: the file is empty"]),
        ("b: *y\n", ["a.yaml:1:4: this is not YAML: found undefined alias 'y'"]),
    ],
)
def test_what_may_not_stand_in_a_file_is_refused_with_its_place(text: str, faults: list[str]) -> None:
    assert [str(fault) for fault in read("a.yaml", text)[1]] == faults


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: [1\n", (2, 1)),
        ("a: 1\n b: 2\n", (2, 3)),
        ("a: 'x\n", (2, 1)),
        ("\tb: 1", (1, 1)),
        ("a: 1\n---\nb: 2\n", (2, 1)),
    ],
)
def test_broken_syntax_is_told_with_its_place(text: str, place: tuple[int, int]) -> None:
    tree, (fault,) = read("a.yaml", text)
    assert tree.value is None
    assert (fault.line, fault.column) == place
    assert "not YAML" in fault.message


def test_all_faults_of_a_file_are_told_at_once() -> None:
    text = "a: &x 1\nb: 1\nb: 2\nc: {d: 1, d: 2}\n"
    assert [fault.line for fault in read("a.yaml", text)[1]] == [1, 3, 4]


def test_keys_are_always_texts() -> None:
    value: Any = read("a.yaml", "1: a\ntrue: b\nNO: c\n")[0].value
    assert value == {"1": "a", "true": "b", "NO": "c"}
