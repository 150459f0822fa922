"""Chained calls that build a statement: where its loader options are, or where they could be put."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sessile.fixes import calls, tree
from sessile.orm.api.query import QUERY, QueryEffect
from sessile.orm.api.statement import SELECT, Chain
from sessile.rules.repair import NotRepairable, at

if TYPE_CHECKING:
    from sessile.fixes.changes import Changes
    from sessile.flow.story import Site


@dataclass
class Options:
    """Where a statement takes loader options: `options` are those that it has, `arguments` what it selects.

    `call` is the call that a new option is added to (an `.options(...)` or `get(...)`), or, if `append`, the end of the
    chain. `listed` is the list that is the `options=` of a `get`. `methods` are those that the chain calls.
    """

    call: Site
    append: bool
    arguments: list[ast.expr]
    options: list[ast.expr] = field(default_factory=list)
    listed: ast.List | ast.Tuple | None = None
    methods: tuple[str, ...] = ()

    def add(self, changes: Changes, option: str) -> None:
        """Add one option."""
        if self.append:
            calls.append(changes, self.call, f".options({option})")
        elif self.listed is not None:
            _add_to_list(changes, at(self.call, self.listed), self.listed, option)
        elif isinstance(self.call.node, ast.Call) and self.is_options:
            calls.add_argument(changes, self.call, option)
        else:
            calls.add_argument(changes, self.call, f"options=[{option}]")

    @property
    def is_options(self) -> bool:
        function = getattr(self.call.node, "func", None)
        return isinstance(function, ast.Attribute) and function.attr == "options"


def options_of(site: Site, *, is_get: bool) -> Options:
    """The options of the statement that the call at `site` begins, or of a `session.get(...)`."""
    node = site.node
    if not isinstance(node, ast.Call):
        raise NotRepairable("the statement is not built by a call in sight")
    if is_get:
        return _of_get(site, node)
    links = builders(site)
    arguments = _selected(node)
    methods = tuple(link.func.attr for link in links if isinstance(link.func, ast.Attribute))
    found = [link for link, name in zip(links, methods, strict=True) if name == "options"]
    if found:
        held = [each for link in found for each in link.args]
        return Options(at(site, found[-1]), False, arguments, held, methods=methods)
    return Options(at(site, links[-1] if links else node), True, arguments, methods=methods)


def builders(site: Site) -> list[ast.Call]:
    """The calls chained onto `select(...)` or `query(...)` that leave its entities what they are, in order."""
    found: list[ast.Call] = []
    inner = site.node
    around = tree.ancestors(site)
    for link, outer in zip(around[::2], around[1::2], strict=False):
        if not isinstance(link, ast.Attribute) or not isinstance(outer, ast.Call) or outer.func is not link:
            break
        if link.value is not inner or not _keeps(link.attr):
            break
        found.append(outer)
        inner = outer
    return found


def _keeps(name: str) -> bool:
    """Whether a method of a Select or a Query gives a statement of the same entities."""
    if name in QUERY and QUERY[name].effect is QueryEffect.CHAIN and name not in SELECT:
        chain = QUERY[name].chain
        return isinstance(chain, Chain) and chain.keeps_entities
    if name in QUERY and QUERY[name].effect is not QueryEffect.CHAIN:
        return False
    return name in SELECT and SELECT[name].chain.keeps_entities


def _selected(node: ast.Call) -> list[ast.expr]:
    if len(node.args) == 1 and isinstance(node.args[0], ast.List):
        return node.args[0].elts
    return node.args


def _of_get(site: Site, node: ast.Call) -> Options:
    arguments = node.args[:1] or [each.value for each in node.keywords if each.arg == "entity"]
    given = next((each.value for each in node.keywords if each.arg == "options"), None)
    if given is None:
        return Options(site, False, arguments)
    if not isinstance(given, ast.List | ast.Tuple):
        raise NotRepairable("the options come from elsewhere")
    return Options(site, False, arguments, given.elts, given)


def _add_to_list(changes: Changes, site: Site, node: ast.List | ast.Tuple, text: str) -> None:
    start, end = changes.source.offsets(site)
    if changes.text(site.path)[start] not in "[(":
        raise NotRepairable("a tuple without brackets")
    if not node.elts:
        changes.insert(site.path, end - 1, text if isinstance(node, ast.List) else f"{text},")
        return
    last = changes.source.offsets(at(site, node.elts[-1]))
    calls.add_item(changes, site.path, last, end - 1, text)
