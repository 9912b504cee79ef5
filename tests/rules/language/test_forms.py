"""Forms: what is wrong with a schema, with complete data, and with a draft."""

from typing import Any

import pytest

from workflow.errors import BadForm, Fault
from workflow.rules.language.forms import Form

REQUEST: dict[str, Any] = {
    "type": "object",
    "required": ["title", "days", "contact"],
    "additionalProperties": False,
    "properties": {
        "title": {"type": "string", "minLength": 5, "maxLength": 20},
        "days": {"type": "integer", "minimum": 1, "maximum": 63},
        "start": {"type": "string", "format": "date"},
        "area": {"enum": ["policies", "governance", "skills"]},
        "contact": {"$ref": "#/$defs/person"},
        "team": {"type": "array", "minItems": 2, "items": {"$ref": "#/$defs/person"}},
        "budget": {"type": "object", "properties": {"total": {"type": "number"}}},
        "urgent": {"type": "boolean"},
        "proof": {"type": "string"},
        "signed": {"type": "boolean", "const": True},
        "place": {"type": "string", "minLength": 1},
    },
    "if": {"properties": {"urgent": {"const": True}}, "required": ["urgent"]},
    "then": {"required": ["proof"]},
    "$defs": {
        "person": {
            "type": "object",
            "required": ["name"],
            "additionalProperties": False,
            "properties": {"name": {"type": "string", "x-personal": True}, "office": {"type": "string"}},
        }
    },
}
COMPLETE = {"title": "Copyright law", "days": 12, "contact": {"name": "A"}}


@pytest.fixture(scope="module")
def request_form() -> Form:
    return Form.build("request", REQUEST)


def told(faults: tuple[Fault, ...]) -> list[tuple[str, str]]:
    return [(fault.pointer, fault.message) for fault in faults]


def test_complete_data_has_no_faults(request_form: Form) -> None:
    assert request_form.faults({**COMPLETE, "start": "2026-03-02", "area": "skills"}) == ()


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"days": "12"}, ("/days", "must be a whole number")),
        ({"days": 64}, ("/days", "must be at most 63")),
        ({"days": 0}, ("/days", "must be at least 1")),
        ({"title": "Law"}, ("/title", "must have at least 5 characters")),
        ({"title": "x" * 21}, ("/title", "must have at most 20 characters")),
        ({"start": "2 March"}, ("/start", "must be a date as 2026-03-02")),
        ({"area": "sports"}, ("/area", "must be one of: policies, governance, skills")),
        ({"contact": {}}, ("/contact/name", "is needed")),
        (
            {"contact": {"name": "A", "ofice": "B"}},
            ("/contact/ofice", "this form has no such field; did you mean 'office'?"),
        ),
        ({"team": [{"name": "A"}]}, ("/team", "must have at least 2 entries")),
        ({"team": [{"name": "A"}, {"name": 1}]}, ("/team/1/name", "must be a text")),
        ({"dais": 3}, ("/dais", "this form has no such field; did you mean 'days'?")),
        ({"urgent": True}, ("/proof", "is needed")),
        ({"signed": False}, ("/signed", "must be true")),
        ({"place": ""}, ("/place", "must not be empty")),
    ],
)
def test_each_fault_says_where_what_and_what_would_be_right(
    request_form: Form, given: dict[str, Any], fault: tuple[str, str]
) -> None:
    assert told(request_form.faults({**COMPLETE, **given})) == [fault]


def test_all_faults_are_told_at_once(request_form: Form) -> None:
    pointers = {fault.pointer for fault in request_form.faults({"days": 70, "area": "sports"})}
    assert pointers == {"/title", "/contact", "/days", "/area"}


@pytest.mark.parametrize("data", [None, [], "text", 3])
def test_data_that_is_no_group_of_fields_is_refused(request_form: Form, data: object) -> None:
    assert told(request_form.faults(data)) == [("", "must be a group of fields")]
    assert told(request_form.shape_faults(data)) == [("", "must be a group of fields")]


@pytest.mark.parametrize("draft", [{}, {"title": "L"}, {"team": []}, {"contact": {}}, {"urgent": True}])
def test_a_draft_may_be_incomplete(request_form: Form, draft: dict[str, Any]) -> None:
    assert request_form.faults(draft)
    assert request_form.shape_faults(draft) == ()


@pytest.mark.parametrize("draft", [{"days": "12"}, {"days": 99}, {"titel": "x"}, {"contact": {"name": 3}}])
def test_a_draft_must_have_the_right_shape(request_form: Form, draft: dict[str, Any]) -> None:
    assert request_form.shape_faults(draft)


def test_alternatives_of_what_is_required_do_not_bind_a_draft() -> None:
    form = Form.build(
        "contact",
        {
            "type": "object",
            "properties": {"mail": {"type": "string"}, "phone": {"type": "string"}},
            "oneOf": [{"required": ["mail"]}, {"required": ["phone"]}],
        },
    )
    assert told(form.faults({})) == [("", "fits none of the alternatives that this form allows")]
    assert "exactly one" in form.faults({"mail": "a", "phone": "b"})[0].message
    assert form.shape_faults({}) == ()


def test_a_field_is_found_by_its_dotted_path(request_form: Form) -> None:
    assert request_form.field("budget.total") == {"type": "number"}
    assert request_form.field("contact.name") == {"type": "string", "x-personal": True}
    assert request_form.field("budget.sum") is None
    assert request_form.field("title.length") is None


def test_a_form_lists_its_fields_and_what_is_personal(request_form: Form) -> None:
    assert request_form.fields()[4:8] == ("contact", "contact.name", "contact.office", "team")
    assert request_form.personal == ("/contact/name", "/team/*/name")


def test_a_form_tells_where_it_names_parties() -> None:
    code = {"type": "string", "x-party": True}
    form = Form.build(
        "joint",
        {
            "type": "object",
            "x-colour": "blue",
            "properties": {
                "lead": code,
                "others": {"type": "array", "items": {"type": "object", "properties": {"code": code}}},
            },
        },
    )
    answers = {"lead": "KE", "others": [{"code": "FJ"}, {}, {"code": "ZZ"}]}
    assert list(form.party_codes(answers)) == [
        ("/lead", "KE"),
        ("/others/0/code", "FJ"),
        ("/others/2/code", "ZZ"),
    ]
    assert list(form.party_codes({"others": "KE"})) == []
    assert list(form.named_files(answers)) == []


def test_a_form_tells_where_it_names_files() -> None:
    file = {"type": "string", "x-file": True}
    form = Form.build(
        "letters",
        {
            "type": "object",
            "properties": {"signed": {"type": "object", "properties": {"file": file}}},
            "allOf": [{"then": {"properties": {"more": {"type": "array", "items": file}}}}],
        },
    )
    answers = {"signed": {"file": "sha256:a"}, "more": ["sha256:b", 3]}
    assert list(form.named_files(answers)) == [
        ("/more/0", "sha256:b"),
        ("/more/1", 3),
        ("/signed/file", "sha256:a"),
    ]


@pytest.mark.parametrize(
    ("schema", "path", "message"),
    [
        ({"type": "objekt"}, ("type",), "'objekt' is no type of JSON Schema; did you mean 'object'?"),
        ({"type": "object", "properties": 3}, ("properties",), "not JSON Schema"),
        ({"type": "string"}, (), "must say `type: object`"),
        ([], (), "a form is a mapping"),
        ({"type": "object", "propertys": {}}, ("propertys",), "did you mean 'properties'?"),
        (
            {"type": "object", "properties": {"a": {"typ": "string"}}},
            ("properties", "a", "typ"),
            "did you mean 'type'?",
        ),
        (
            {"type": "object", "properties": {"days": {}}, "required": ["dayz"]},
            ("required", 0),
            "'dayz' is required but is not among the properties; did you mean 'days'?",
        ),
        (
            {"type": "object", "properties": {"a": {"x-partie": True}}},
            ("properties", "a", "x-partie"),
            "did you mean 'x-party'?",
        ),
        (
            {"type": "object", "properties": {"a": {"format": "datum"}}},
            ("properties", "a", "format"),
            "'datum' is no format of JSON Schema; did you mean 'date'?",
        ),
        ({"type": "object", "properties": {"a": {"$ref": "#/$defs/b"}}}, None, "does not exist"),
        ({"type": "object", "properties": {"a": {"$ref": "https://example.org/x"}}}, None, "example.org"),
    ],
)
def test_a_schema_that_is_no_form_is_refused(schema: Any, path: tuple[Any, ...] | None, message: str) -> None:
    with pytest.raises(BadForm) as caught:
        Form.build("broken", schema)
    assert any(message in text and path in (None, place) for place, text in caught.value.faults)


def test_everything_that_is_wrong_with_a_schema_is_told_at_once() -> None:
    wrong = {
        "a": {"type": "nubmer"},
        "b": {"type": "string", "pattern": "("},
        "c": {"type": ["string", "nul"]},
        "d": {"type": "object", "patternProperties": {"[": {}}},
        "e": {"type": 3},
        "f": {"type": []},
        "g": {"format": "dat"},
        "h": {"titel": "H"},
    }
    with pytest.raises(BadForm) as caught:
        Form.build("broken", {"type": "object", "properties": wrong})
    told = {"/".join(map(str, path[1:])): text for path, text in caught.value.faults}
    assert told.keys() == {
        *(
            "a/type",
            "b/pattern",
            "c/type/1",
            "d/patternProperties/[",
            "e/type",
            "f/type",
            "g/format",
            "h/titel",
        )
    }
    assert told["a/type"] == "'nubmer' is no type of JSON Schema; did you mean 'number'?"
    assert told["c/type/1"] == "'nul' is no type of JSON Schema; did you mean 'null'?"
    assert told["b/pattern"] == "'(' is no pattern; it is a regular expression, as '^[A-Z]{3}$'"
