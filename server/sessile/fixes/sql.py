"""Repairs of SQL text: `text(...)` around it, `params=` before what is bound."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from sessile.fixes import calls
from sessile.fixes.changes import Changes
from sessile.flow.story import Site
from sessile.rules.repair import NotRepairable, at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.rules.repair import Draft, Source
    from sessile.rules.rule import Problem

#: What `text()` takes for a parameter: https://docs.sqlalchemy.org/en/20/core/sqlelement.html#sqlalchemy.sql.expression.text
PARAMETER = re.compile(r"(?<![:\w\\]):(\w+)(?!:)")
_DRIVER = re.compile(r"\?|%s|%\(\w+\)s")


def name_params(problem: Problem, source: Source) -> Iterator[Draft]:
    """Write `params=` before the second argument."""
    call, argument = problem.data["call"], problem.data["argument"]
    if not isinstance(call, Site) or not isinstance(argument, ast.expr) or isinstance(argument, ast.Starred):
        raise NotRepairable("the argument cannot be named")
    changes = Changes(source)
    changes.insert(call.path, _start(changes, at(call, argument)), "params=")
    yield changes.draft()


def _start(changes: Changes, site: Site) -> int:
    """Where an argument begins, the brackets around it included."""
    start, _ = changes.source.offsets(site)
    text = changes.text(site.path)
    before = text[:start].rstrip()
    while before.endswith("("):
        start = len(before) - 1
        before = before[:-1].rstrip()
    return start


def wrap_in_text(problem: Problem, source: Source) -> Iterator[Draft]:
    """Wrap the string in `text(...)`."""
    call, argument = problem.data["call"], problem.data["argument"]
    if not isinstance(call, Site) or not isinstance(argument, ast.expr):
        raise NotRepairable("the string is out of sight")
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        _check_parameters(argument.value, bound=len(calls.arguments(calls.call(call))) > 1)
    changes = Changes(source)
    changes.wrap(at(call, argument), f"{changes.imported(call, 'sqlalchemy', 'text')}(", ")")
    yield changes.draft()


def _check_parameters(text: str, *, bound: bool) -> None:
    """Refuse what `text()` would read otherwise than the driver does."""
    if bound and _DRIVER.search(text):
        raise NotRepairable("the string has parameters of the driver's own kind")
    if not bound and PARAMETER.search(text):
        raise NotRepairable("a colon in the string would become a parameter")
