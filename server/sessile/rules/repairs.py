"""Which fix each rule has, and what it is called. Nothing of a fix is loaded before somebody asks for one."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from sessile.rules import offers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sessile.rules.repair import Draft, Source
    from sessile.rules.rule import Problem, Rule


@dataclass(frozen=True, slots=True)
class Repair:
    """`title` as in `Rule.repairs`; `function` is one of `sessile.fixes`, "module.name"."""

    title: str | Callable[[Problem], str | None]
    function: str

    def draft(self, problem: Problem, source: Source) -> Iterable[Draft]:
        """The drafts for a problem, the best first."""
        module, _, name = self.function.rpartition(".")
        found: Iterable[Draft] = getattr(import_module(f"sessile.fixes.{module}"), name)(problem, source)
        return found


_DICTIONARIES = Repair(offers.dictionaries, "plain_data.return_dictionaries")
_RAISE = Repair(offers.reraise, "handlers.reraise")

REPAIRS: dict[str, Repair] = {
    "COMMIT001": Repair("Commit before the session ends", "commits.commit"),
    "COMMIT003": Repair(offers.roll_back, "handlers.roll_back"),
    "DETACH001": _DICTIONARIES,
    "DETACH002": _DICTIONARIES,
    "DETACH003": _DICTIONARIES,
    "DTO002": Repair(offers.attributes, "models.read_attributes"),
    "EXC001": _RAISE,
    "EXC002": _RAISE,
    "EXC003": _RAISE,
    "GET001": Repair(offers.get, "lookups.by_key"),
    "GET002": Repair(offers.get, "lookups.by_key"),
    "GET003": Repair("Use session.get()", "lookups.legacy_get"),
    "LOAD001": Repair(offers.forbidden, "reads.in_loop"),
    "ROW001": Repair(offers.scalars, "results.scalars"),
    "ROW002": Repair(offers.scalars, "results.scalars"),
    "ROW003": Repair(offers.scalars, "results.scalars"),
    "ROW004": Repair(offers.scalar, "results.scalar"),
    "ROW005": Repair(offers.unindex, "results.unindex"),
    "ROW006": Repair(offers.unique, "uniqueness.unique"),
    "ROW007": Repair(offers.sqlmodel_select, "selects.import_from_sqlmodel"),
    "ROW008": Repair(offers.use_result, "awaiting.use_result"),
    "SCOPE001": Repair(offers.column, "reads.column"),
    "SCOPE002": Repair(offers.load, "reads.relationship"),
    "SCOPE003": Repair(offers.implicit, "reads.implicit"),
    "SCOPE013": Repair(offers.forbidden, "reads.forbidden"),
    "SCOPE014": Repair(offers.take_in, "membership.take_in"),
    "SQL001": Repair("Write `params=`", "sql.name_params"),
    "SQL003": Repair(offers.bind, "binding.bind"),
    "SQL002": Repair("Wrap the string in text(...)", "sql.wrap_in_text"),
}


def attach(rule: Rule) -> Rule:
    """Give a rule the fix that is listed here, unless it has one of its own."""
    found = REPAIRS.get(rule.code)
    if found is not None and rule.repairer is None:
        rule.repairs(found.title)(found.draft)
    return rule
