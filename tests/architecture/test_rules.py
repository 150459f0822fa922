"""Every rule is complete: a file of its own, a page in the fixed form, literate cases, and a fix only if it has one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from house import PACKAGE, PAGES, TESTS

from sessile.rules.registry import all_rules

if TYPE_CHECKING:
    from pathlib import Path

    from sessile.rules.rule import Rule

HEADINGS = [
    "What it does",
    "Why is this bad?",
    "Example",
    "Use instead",
    "Fix safety",
    "Known limits",
    "References",
]
RULES = all_rules()
RULE = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)


def test_codes_and_names_are_unique() -> None:
    assert len({rule.code for rule in RULES}) == len({rule.name for rule in RULES}) == len(RULES)


@RULE
def test_a_rule_has_a_file_of_its_own(rule: Rule) -> None:
    assert re.fullmatch(r"[A-Z]+\d{3}", rule.code)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
    assert f'RULE = Rule("{rule.code}",' in _one_line(PACKAGE / "rules" / f"{rule.code.lower()}.py")


def _one_line(path: Path) -> str:
    return re.sub(r"\(\s+", "(", path.read_text("utf-8"))


@RULE
def test_a_rule_has_a_page(rule: Rule) -> None:
    text = (PAGES / f"{rule.code}.md").read_text("utf-8")
    assert text.startswith(f"# {rule.name} ({rule.code})\n")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == HEADINGS
    assert rule.documentation == text
    assert rule.summary.endswith(".")


@RULE
def test_a_rule_has_literate_cases(rule: Rule) -> None:
    text = (TESTS / "rules" / f"{rule.code}.md").read_text("utf-8")
    assert text.startswith(f"# {rule.code} {rule.name}\n")
    assert re.search(rf"# (error|warning|information|hint): \[[^]]*{rule.code}", text), "no case expects the rule"


@RULE
def test_a_rule_listens_to_something(rule: Rule) -> None:
    assert rule.checks or rule.syntax


@RULE
def test_a_rule_without_fix_repairs_nothing(rule: Rule) -> None:
    assert rule.fix is not None or rule.repairer is None
