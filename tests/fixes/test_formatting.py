"""A repair keeps line endings, indentation, byte order marks, comments and whatever else it does not concern."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from repairing import Project
from seeds import SEEDS, after, before

if TYPE_CHECKING:
    from collections.abc import Callable

MAIN = "main.py"

TRANSFORMS: dict[str, Callable[[str], str]] = {
    "tabs": lambda text: re.sub(r"(?m)^(?: {4})+", lambda match: "\t" * (len(match[0]) // 4), text),
    "wide": lambda text: text.replace("user", "üser").replace("post ", "pöst ").replace("post.", "pöst."),
    "form feed": lambda text: text.replace("\n\n\ndef ", "\n\n\f\ndef "),
    "no end": lambda text: text.rstrip("\n"),
    "emoji": lambda text: text.replace("#", "# 🎉"),
    "header": lambda text: "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n" + text,
    "neighbours": lambda text: text + "\n\ndef unrelated(x: int) -> int:\n  return x  # two blanks\n",
    "crlf": lambda text: text.replace("\n", "\r\n"),
    "cr": lambda text: text.replace("\n", "\r"),
    "bom": lambda text: "\ufeff" + text,
}
ENDINGS = ("crlf", "cr")


def repaired(text: str, code: str, root: Path) -> str:
    """The text with its first finding of a rule repaired."""
    project = Project.of({MAIN: text}, root)
    finding = next(finding for _, finding in project.findings() if finding.code == code)
    fix = project.repair(MAIN, finding)
    assert fix is not None, f"{finding.code} has no fix in\n{text}"
    return project.fixed(fix).texts[MAIN]


@pytest.mark.parametrize("name", SEEDS)
def test_repair_is_as_written(name: str, tmp_path: Path) -> None:
    assert repaired(before(name), SEEDS[name][0], tmp_path) == after(name)


@pytest.mark.parametrize("name", SEEDS)
def test_second_application_changes_nothing(name: str, tmp_path: Path) -> None:
    code = SEEDS[name][0]
    project = Project.of({MAIN: after(name)}, tmp_path)
    assert [finding for _, finding in project.findings() if finding.code == code] == []


@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize("name", SEEDS)
def test_repair_of_the_same_program_in_another_form(name: str, transform: str, tmp_path: Path) -> None:
    change = TRANSFORMS[transform]
    assert repaired(change(before(name)), SEEDS[name][0], tmp_path) == change(after(name))


forms = st.lists(st.sampled_from([each for each in TRANSFORMS if each not in ENDINGS]), unique=True)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(sorted(SEEDS)), chosen=forms, ending=st.sampled_from([None, *ENDINGS]))
def test_forms_combine(name: str, chosen: list[str], ending: str | None, tmp_path: Path) -> None:
    order = [each for each in TRANSFORMS if each in chosen or each == ending]

    def change(text: str) -> str:
        for each in order:
            text = TRANSFORMS[each](text)
        return text

    assert repaired(change(before(name)), SEEDS[name][0], tmp_path) == change(after(name))
