"""The longest selector decides, `ignore` wins between equals, and a command line takes back what it contradicts."""

from __future__ import annotations

import pytest

from sessile.project.settings import Overrides, Settings
from sessile.rules.finding import Severity


def check(settings: Settings, *, on: str = "", off: str = "", unasked: bool = True) -> None:
    """The codes in `on` are on and those in `off` are off; `unasked`: whether they are on when nobody asks."""
    seen = {code: settings.enabled(code, unasked) for code in (on + " " + off).split()}
    assert seen == {**dict.fromkeys(on.split(), True), **dict.fromkeys(off.split(), False)}


def test_by_default_each_rule_speaks_for_itself() -> None:
    check(Settings(), on="SCOPE001")
    check(Settings(), off="DETACH001", unasked=False)


def test_all_means_those_that_are_off_by_default_too() -> None:
    check(Settings(select=("ALL",)), on="DETACH001", unasked=False)


def test_select_replaces_and_extend_select_adds() -> None:
    check(Settings(select=("SCOPE",)), on="SCOPE001", off="ROW001")
    check(Settings(extend_select=("DETACH001",)), on="DETACH001", off="DETACH006", unasked=False)


def test_naming_the_providers_asks_for_the_rule_about_them() -> None:
    providers = ("app.db.get_session",)
    check(Settings(), off="SCOPE008", unasked=False)
    check(Settings(session_providers=providers), on="SCOPE008", off="SCOPE012", unasked=False)
    check(Settings(session_providers=providers, ignore=("SCOPE",)), off="SCOPE008", unasked=False)


def test_nothing_selected_is_nothing() -> None:
    check(Settings(select=()), off="SCOPE001")


@pytest.mark.parametrize(
    ("select", "ignore", "on", "off"),
    [
        ("SCOPE", "SCOPE001", "SCOPE002", "SCOPE001"),
        ("SCOPE001", "SCOPE", "SCOPE001", "SCOPE002"),
        ("SCOPE001", "SCOPE001", "", "SCOPE001"),
        ("ALL", "SCOPE01", "SCOPE001 ROW001", "SCOPE010 SCOPE013"),
        ("DEFAULT", "ALL", "", "SCOPE001"),
    ],
)
def test_the_longest_selector_decides(select: str, ignore: str, on: str, off: str) -> None:
    check(Settings(select=(select,), ignore=(ignore,)), on=on, off=off)


def test_a_family_is_its_letters_as_a_whole() -> None:
    check(Settings(select=("S",)), off="SCOPE001 SQL001")


@pytest.mark.parametrize(
    ("settings", "said", "on", "off"),
    [
        (Settings(ignore=("SCOPE001",)), Overrides(select=("SCOPE",)), "SCOPE001", "ROW001"),
        (Settings(ignore=("SCOPE001",)), Overrides(extend_select=("SCOPE",)), "SCOPE001 ROW001", ""),
        (Settings(ignore=("SCOPE",)), Overrides(extend_select=("SCOPE001",)), "SCOPE001", "SCOPE002"),
        (Settings(select=("SCOPE001",)), Overrides(ignore=("SCOPE",)), "", "SCOPE001"),
        (Settings(extend_select=("SCOPE001",)), Overrides(ignore=("SCOPE001",)), "ROW001", "SCOPE001"),
        (Settings(ignore=("ROW",)), Overrides(ignore=("SCOPE",)), "GET001", "ROW001 SCOPE001"),
    ],
)
def test_the_command_line_wins(settings: Settings, said: Overrides, on: str, off: str) -> None:
    check(settings.overridden(said), on=on, off=off)


def test_a_command_line_that_is_silent_changes_nothing() -> None:
    settings = Settings(select=("SCOPE",), ignore=("SCOPE001",), fix=True, fail_on=Severity.ERROR)
    assert settings.overridden(Overrides()) == settings


def test_severities_are_replaced_by_code_or_family() -> None:
    settings = Settings(severity={"SCOPE": Severity.HINT, "SCOPE001": Severity.ERROR})
    codes = ("SCOPE001", "SCOPE002", "ROW001")
    assert [settings.severity_of(code, Severity.WARNING).value for code in codes] == ["error", "hint", "warning"]


def test_rules_are_off_in_some_files() -> None:
    settings = Settings(root="/p", per_file_ignores={"tests/": ("EXC",), "!src/**": ("GET001",)})
    assert settings.ignored_in("/p/tests/deep/test_a.py", "EXC001")
    assert not settings.ignored_in("/p/src/a.py", "EXC001")
    assert not settings.ignored_in("/p/tests/a.py", "ROW001")
    assert settings.ignored_in("/p/tests/a.py", "GET001")
    assert not settings.ignored_in("/p/src/a.py", "GET001")
