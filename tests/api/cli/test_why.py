"""`caseway why`: rights in words."""

from tests.api.cli.conftest import DESIGNATED, Shell


def test_who_may_not_see_a_case_is_told_what_is_missing(shell: Shell) -> None:
    shell.run("person", "add", "fp", "--name", "F. P.", "--role", "focal_point", "--party", "KE", *DESIGNATED)
    shell.run("person", "add", "other", "--name", "O.", "--role", "focal_point", "--party", "AR", *DESIGNATED)
    case = shell.json("open", "technical_assistance", "--party", "ke", "--as", "fp")["case"]
    assert shell.run("why", "other", case).out.startswith(f"other may not see {case}.")
    assert "it is for AR, and the case is of KE" in shell.out
    assert "What can be done" not in shell.out
    assert shell.run("why", "fp", case).out.startswith(f"fp may see {case}.")
    assert "this role sees the cases of its own Party" in shell.out
    assert "Submit" in shell.out
    assert "MFA/12/2026" in shell.out


def test_everybody_who_may_see_a_case_is_listed(shell: Shell) -> None:
    shell.run("person", "add", "fp", "--name", "F. P.", "--role", "focal_point", "--party", "KE", *DESIGNATED)
    shell.run("person", "add", "other", "--name", "O.", "--role", "focal_point", "--party", "AR", *DESIGNATED)
    case = shell.json("open", "technical_assistance", "--party", "ke", "--as", "fp")["case"]
    assert [one["person"] for one in shell.json("who", case)] == ["fp"]
    assert "this role sees the cases of its own Party" in shell.run("who", case).out


def test_a_program_is_told_the_same(shell: Shell) -> None:
    shell.run("person", "add", "fp", "--name", "F. P.", "--role", "focal_point", "--party", "KE", *DESIGNATED)
    shell.run("person", "add", "nobody", "--name", "N.")
    case = shell.json("open", "technical_assistance", "--party", "ke", "--as", "fp")["case"]
    assert shell.json("why", "nobody", case) == {"sees": False, "mandates": [], "actions": []}
    told = shell.json("why", "fp", case)
    assert told["sees"] is True
    assert told["mandates"][0]["why"] == "this role sees the cases of its own Party"
    assert told["mandates"][0]["letter"] == {"reference": "MFA/12/2026", "date": "2026-01-02", "digest": None}
    assert "submit" in {one["name"] for one in told["actions"]}
