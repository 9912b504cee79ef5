"""Who sees what is proved when a definition is loaded: every fault with its place and what would be right."""

from collections.abc import Mapping

import pytest

from workflow.errors import BrokenDefinition
from workflow.rules.loading.compile import compile_definition
from workflow.rules.loading.sources import Sources

DEFINITION = """\
key: grants
version: 1
languages: [en]
number: "G-{year}-{serial:03}"
opening: {by: applicant, form: request}
roles:
  applicant: {side: party, sees: own_party}
  clerk: {side: secretariat, sees: all}
  reader: {side: expert, sees: assigned, blind: [party]}
audiences:
  secretariat: all
  party: [deadlines, letters, request]
  expert: [request]
groups:
  request: [request]
  office: [opinion]
facts:
  title: {type: text, from: request.title}
  opinion: {type: text, from: opinion.text}
states:
  draft: {category: draft, ball: applicant, due: {within: 5 days, ladder: null, silence: {fire: lapse}}}
  closed: {category: closed}
transitions:
  - {trigger: submit, from: draft, to: closed, by: [applicant, clerk], form: request, letter: done}
  - {trigger: note, from: draft, by: clerk, form: opinion, then: [{extend: draft, by: 2 days, reason: title}]}
  - {trigger: lapse, from: draft, to: closed, by: engine}
letters:
  done: {from: clerk, to: [applicant]}
"""
FORMS = {
    "request": "type: object\nproperties:\n  title: {type: string}\n",
    "opinion": "type: object\nproperties:\n  text: {type: string}\n",
}
LETTER = "Subject: Done\n\n{title}\n"


def faults(changes: Mapping[str, str], letter: str = LETTER, **forms: str) -> list[str]:
    text = DEFINITION
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    files = {"definition.yaml": text, "letters/done.en.md": letter}
    files |= {f"forms/{name}.yaml": form for name, form in (FORMS | forms).items()}
    try:
        compile_definition(Sources.sort(files))
    except BrokenDefinition as broken:
        return [str(fault) for fault in broken.faults]
    return []


def test_as_it_stands_it_is_whole() -> None:
    assert faults({}) == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"office: [opinion]": "office: []"}, "15:3: the form 'opinion' belongs to no group"),
        (
            {"office: [opinion]": "office: [opinion, request]"},
            "16:21: the form 'request' belongs to 'request'",
        ),
        (
            {"office: [opinion]": "office: [opinoin]"},
            "16:12: there is no form 'opinoin'; did you mean 'opinion'?",
        ),
        (
            {"expert: [request]": "expert: [reqest]"},
            "13:12: there is no group 'reqest'; did you mean 'request'?",
        ),
        ({"blind: [party]": "blind: [parti]"}, "9:50: there is no audience 'parti'; did you mean 'party'?"),
        (
            {"blind: [party]": "blind: [secretariat]"},
            "9:50: 'secretariat' sees all, so it would learn the names",
        ),
        ({"blind: [party]": "blind: [expert]"}, "9:50: the role is of 'expert' itself"),
        ({"blind: [party]": "audience: assessor"}, "9:52: there is no audience 'assessor'"),
        (
            {"to: [applicant]}": "to: [applicant], group: ofice}"},
            "there is no group 'ofice'; did you mean 'office'?",
        ),
        ({"secretariat: all": "secretariat: {all_but: [ofice]}"}, "there is no group 'ofice'"),
        (
            {"from: clerk, to": "from: reader, to"},
            "'party' never learns who is reader, and a letter names who signs",
        ),
        (
            {"[applicant]}": "[applicant, reader]}"},
            "'party' never learns who is reader, and a letter names whom",
        ),
        (
            {"reason: title": "reason: opinion"},
            "'opinion' is of the group 'office', which 'party' does not see",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(changes: Mapping[str, str], told: str) -> None:
    found = faults(changes)
    assert any(told in fault for fault in found), found


def test_a_letter_that_tells_what_its_reader_does_not_see_is_refused_unless_it_is_on_purpose() -> None:
    (found,) = faults({}, letter="Subject: Done\n\n{opinion}\n")
    assert "tells applicant the fact 'opinion' of the group 'office', which 'party' does not see" in found
    on_purpose = {"to: [applicant]}": "to: [applicant], discloses: [office]}"}
    assert faults(on_purpose, letter="Subject: Done\n\n{opinion}\n") == []


def test_a_ladder_that_tells_of_a_hidden_task_is_refused() -> None:
    told = {
        "states:\n": "ladders:\n  office: [{at: due, notify: [holder, applicant]}]\n"
        "tasks:\n  reading:\n    for: clerk\n    form: opinion\n"
        "    due: {within: 5 days, ladder: office}\n    outcomes: {read: []}\nstates:\n",
        "silence: {fire: lapse}}}": "silence: {fire: lapse}}, enter: [{open: reading}]}",
    }
    (found,) = faults(told)
    assert "the ladder 'office' tells applicant of the task 'reading' of the group 'office'" in found


def test_a_field_is_of_the_group_that_it_is_marked_with() -> None:
    marked = "type: object\nproperties:\n  title: {type: string, x-group: office}\n"
    found = faults({}, request=marked)
    assert any("tells applicant the fact 'title' of the group 'office'" in fault for fault in found)
    misspelt = marked.replace("x-group: office", "x-group: ofice")
    (found_so,) = faults({}, request=misspelt)
    assert found_so.startswith("forms/request.yaml:3:34: there is no group 'ofice'; did you mean 'office'?")


@pytest.mark.parametrize(
    ("gone", "told"), [("audiences", "say under `audiences`"), ("groups", "say under `groups`")]
)
def test_groups_and_audiences_come_together(gone: str, told: str) -> None:
    text = {
        "audiences": DEFINITION[DEFINITION.index("audiences:") : DEFINITION.index("groups:")],
        "groups": DEFINITION[DEFINITION.index("groups:") : DEFINITION.index("facts:")],
    }
    assert any(told in fault for fault in faults({text[gone]: ""}))
