"""A repair keeps line endings, indentation, byte order marks, comments and whatever else it does not concern."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from goldens import MAIN, goldens
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from repairing import Project

from sessile.rules.registry import by_code

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from goldens import Golden

TRANSFORMS: dict[str, Callable[[str], str]] = {
    "tabs": lambda text: re.sub(r"(?m)^(?: {4})+", lambda match: "\t" * (len(match[0]) // 4), text),
    "wide": lambda text: re.sub(r"\buser\b", "üser", text),
    "form feed": lambda text: text.replace("\n\n\ndef ", "\n\n\f\ndef "),
    "no end": lambda text: text.rstrip("\n"),
    "emoji": lambda text: text.replace("# ", "# 🎉 "),
    "header": lambda text: "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n" + text,
    "neighbours": lambda text: text + "\n\ndef unrelated(x: int) -> int:\n  return x  # two blanks\n",
    "crlf": lambda text: text.replace("\n", "\r\n"),
    "cr": lambda text: text.replace("\n", "\r"),
    "bom": lambda text: "\ufeff" + text,
}
ENDINGS = ("crlf", "cr")
CASES = [case for case in goldens() if list(case.before) == [MAIN] and case.code in by_code()]


def repaired(text: str, code: str, root: Path) -> str:
    """The text with its first finding of a rule repaired."""
    project = Project.of({MAIN: text}, root)
    finding = next(finding for _, finding in project.findings() if finding.code == code)
    fix = project.repair(MAIN, finding)
    assert fix is not None, f"{finding.code} has no fix in\n{text}"
    return project.fixed(fix).texts[MAIN]


def check(case: Golden, order: list[str], root: Path) -> None:
    """Changing the form and repairing come to the same in either order."""
    order = [each for each in order if each != "wide" or not case.code.startswith("DETACH")]  # these make up names

    def change(text: str) -> str:
        for each in order:
            text = TRANSFORMS[each](text)
        return text

    plain = repaired(case.files[MAIN], case.code, root)
    assert repaired(change(case.files[MAIN]), case.code, root) == change(plain)


@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_repair_of_the_same_program_in_another_form(case: Golden, transform: str, tmp_path: Path) -> None:
    check(case, [transform], tmp_path)


forms = st.lists(st.sampled_from([each for each in TRANSFORMS if each not in ENDINGS]), unique=True)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(case=st.sampled_from(CASES), chosen=forms, ending=st.sampled_from([None, *ENDINGS]))
def test_forms_combine(case: Golden, chosen: list[str], ending: str | None, tmp_path: Path) -> None:
    check(case, [each for each in TRANSFORMS if each in chosen or each == ending], tmp_path)
