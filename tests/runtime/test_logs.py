"""The log: a line an event, and no secret in any of them."""

import io
import json

import pytest
import structlog

from workflow.runtime import logs


def test_a_program_reads_json_with_the_time_in_utc() -> None:
    out = io.StringIO()
    logs.configure(as_json=True, to=out)
    structlog.get_logger().info("a case was opened", case="c1")
    line = json.loads(out.getvalue())
    assert (line["event"], line["case"], line["level"]) == ("a case was opened", "c1", "info")
    assert line["timestamp"].endswith("Z")


@pytest.mark.parametrize(
    "name", ["password", "token", "api_token", "Authorization", "client_secret", "Set-Cookie"]
)
def test_secrets_are_hidden_at_any_depth(name: str) -> None:
    out = io.StringIO()
    logs.configure(as_json=True, to=out)
    structlog.get_logger().info(
        "a request", **{name: "hush"}, headers={"x": {name: "hush"}}, tried=[{name: "hush"}]
    )
    assert "hush" not in out.getvalue()
    assert out.getvalue().count("(hidden)") == 3


def test_the_password_in_an_address_is_hidden() -> None:
    out = io.StringIO()
    logs.configure(as_json=True, to=out)
    structlog.get_logger().warning("away", database="postgresql://caseway:hush@db/caseway")
    assert json.loads(out.getvalue())["database"] == "postgresql://caseway:(hidden)@db/caseway"


def test_what_is_less_than_the_level_is_not_written() -> None:
    out = io.StringIO()
    logs.configure(level="WARNING", to=out)
    structlog.get_logger().info("nothing to see")
    assert out.getvalue() == ""


def test_a_fault_is_written_with_where_it_was() -> None:
    out = io.StringIO()
    logs.configure(as_json=True, to=out)
    try:
        raise ValueError("it broke")
    except ValueError:
        structlog.get_logger().exception("a job failed")
    assert "ValueError: it broke" in json.loads(out.getvalue())["exception"]
