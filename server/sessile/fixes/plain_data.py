"""Lets a function hand out dictionaries instead of mapped instances, and its callers read them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.fixes import shapes, statements, tree
from sessile.fixes.callers import callers
from sessile.fixes.changes import Changes
from sessile.fixes.helper_module import helper
from sessile.fixes.names import local_names
from sessile.fixes.promises import promise_dictionaries
from sessile.fixes.uses import Uses
from sessile.flow.story import Site
from sessile.flow.world import ObjectState, Status
from sessile.rules.finding import Applicability
from sessile.rules.repair import NotRepairable, at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.fixes.shapes import Shape
    from sessile.rules.repair import Draft, Source
    from sessile.rules.rule import Problem

#: What a title adds where not all callers could be rewritten.
OUT_OF_SIGHT = "callers out of sight still expect the instance"


def return_dictionaries(problem: Problem, source: Source) -> Iterator[Draft]:
    """Return `model_to_dict(obj)` wherever the function returns an instance."""
    returned = problem.data["return"]
    if not isinstance(returned, Site):
        raise NotRepairable("the return is out of sight")
    function = tree.function(returned)
    if function is None or _yields(function):
        raise NotRepairable("only what a function returns is rewritten")
    changes = Changes(source)
    uses = Uses(changes)
    promised = shapes.annotated(source, function)
    shape = promised if promised.holds_entities else _seen(problem, returned)
    known = callers(source, function)
    for call in known.calls:
        uses.follow(call, shape)
    for each in _returns(function) if promised.holds_entities else [returned]:
        _convert(changes, each, shape, problem, tuple(sorted(uses.include)))
    promise_dictionaries(changes, function)
    automatic = known.complete and uses.seen
    title = "Return model_to_dict(...)" + (" and let callers read the dictionary" if known.calls else "")
    yield changes.draft(title if automatic else f"{title}; {OUT_OF_SIGHT}", Applicability.UNSAFE, automatic=automatic)


def _seen(problem: Problem, returned: Site) -> Shape:
    """The shape of the value as the analysis saw it at that return."""
    seen = problem.data.get("returned")
    if isinstance(seen, tuple) and seen[0].node is returned.node:
        found = shapes.of_value(seen[1], seen[2])
        if found.holds_entities:
            return found
    raise NotRepairable("what is returned is not clear")


def _yields(function: Site) -> bool:
    return any(isinstance(node, ast.Yield | ast.YieldFrom) for node in ast.walk(function.node))


def _returns(function: Site) -> Iterator[Site]:
    """The returns of a function that give a value."""
    assert isinstance(function.node, ast.FunctionDef | ast.AsyncFunctionDef)
    for node in tree.own_statements(function.node.body):
        if isinstance(node, ast.Return) and node.value is not None:
            yield at(function, node)


def _convert(changes: Changes, returned: Site, shape: Shape, problem: Problem, include: tuple[str, ...]) -> None:
    node = returned.node
    value = node.value if isinstance(node, ast.Return) else node
    if not isinstance(value, ast.expr):
        raise NotRepairable("nothing is returned")
    conversion = Conversion(changes, returned, include)
    state = problem.data.get("state")
    if not isinstance(state, ObjectState):
        _check_open(returned)
    elif not _open(returned, state):
        conversion.early(at(returned, value), shape, state)
        return
    elif state.columns is Status.EXPIRED and _asynchronous(state):
        conversion.refreshed(at(returned, value), state)
    conversion.convert(at(returned, value), shape)


def _block_of(state: ObjectState) -> tuple[Site, ast.AST] | None:
    """The `with` or `try` at whose end the object is detached."""
    if state.detached is None:
        return None
    for node in tree.ancestors(state.detached.site):
        if isinstance(node, ast.With | ast.AsyncWith | ast.Try):
            return at(state.detached.site, node), node
    return None


def _open(returned: Site, state: ObjectState) -> bool:
    """Whether the session is still open where the value is returned."""
    block = _block_of(state)
    around = tree.ancestors(returned)
    if block is None:
        return False
    function = tree.function(block[0])
    here = tree.function(returned)
    if (function and function.node) is not (here and here.node):
        return _inside_with(returned)
    return any(node is block[1] for node in around)


def _check_open(returned: Site) -> None:
    """Refuse where nothing is known of the object and it might not be readable at the return."""
    blocks = [node for node in tree.ancestors(returned) if isinstance(node, ast.With | ast.AsyncWith)]
    commits = (node for block in blocks for node in ast.walk(block) if isinstance(node, ast.Attribute))
    if not blocks:
        raise NotRepairable("the session may have ended before the return")
    if isinstance(blocks[-1], ast.AsyncWith) and any(node.attr == "commit" for node in commits):
        raise NotRepairable("the object may be expired, and an AsyncSession loads nothing unasked")


def _inside_with(returned: Site) -> bool:
    return any(isinstance(node, ast.With | ast.AsyncWith) for node in tree.ancestors(returned))


def _asynchronous(state: ObjectState) -> bool:
    block = _block_of(state)
    return block is not None and isinstance(block[1], ast.AsyncWith)


class Conversion:
    """Turns a returned expression into one without mapped instances."""

    def __init__(self, changes: Changes, returned: Site, include: tuple[str, ...]) -> None:
        self.changes = changes
        self.returned = returned
        self.function = helper(changes, returned)
        names = ", ".join(f'"{name}"' for name in include)
        self.rest = f", include=[{names}])" if include else ")"

    def convert(self, site: Site, shape: Shape) -> None:
        """Wrap what holds instances; what is None or empty as it is written needs nothing."""
        node = site.node
        if not shape.holds_entities or isinstance(node, ast.Constant):
            return
        if shape.kind == "entity":
            self.changes.wrap(site, f"{self.function}(", self.rest)
        elif isinstance(node, ast.IfExp):
            self.convert(at(site, node.body), shape)
            self.convert(at(site, node.orelse), shape)
        elif shape.kind == "each":
            self._each(site, shape.parts[0])
        elif shape.kind == "items" and isinstance(node, ast.Tuple) and len(node.elts) == len(shape.parts):
            for element, part in zip(node.elts, shape.parts, strict=True):
                self.convert(at(site, element), part)
        elif shape.kind == "values" and isinstance(node, ast.DictComp):
            self.convert(at(site, node.value), shape.parts[0])
        elif shape.kind == "values" and isinstance(node, ast.Dict):
            for value in node.values:
                self.convert(at(site, value), shape.parts[0])
        else:
            raise NotRepairable("a value of this form is not rewritten")

    def _each(self, site: Site, part: Shape) -> None:
        node = site.node
        match node:
            case ast.List(elts=elts) | ast.Tuple(elts=elts):
                for each in elts:
                    self.convert(at(site, each), part)
            case ast.ListComp(elt=elt):
                self.convert(at(site, elt), part)
            case ast.Set() | ast.SetComp() | ast.GeneratorExp():
                raise NotRepairable("dictionaries cannot be items of a set")
            case ast.Call(func=ast.Name(id="list" | "tuple"), args=[inner], keywords=[]):
                self._comprehension(site, at(site, inner), part)
            case _:
                self._comprehension(site, site, part)

    def _comprehension(self, whole: Site, iterated: Site, part: Shape) -> None:
        if part.kind != "entity":
            raise NotRepairable("containers in containers are not rewritten")
        name = self._item(part)
        start, end = self.changes.source.offsets(whole)
        inner, inner_end = self.changes.source.offsets(iterated)
        path = whole.path
        self.changes.put(path, start, inner, f"[{self.function}({name}{self.rest} for {name} in ")
        self.changes.put(path, inner_end, end, "]")

    def _item(self, part: Shape) -> str:
        name = part.facts.name.lower() if part.facts is not None else "each"
        return name if name.isidentifier() and name not in local_names(self.returned) else "each"

    def refreshed(self, site: Site, state: ObjectState) -> None:
        """An AsyncSession loads nothing unasked: refresh before the columns are read."""
        from sessile.fixes.refreshing import receiver_text

        if not isinstance(site.node, ast.Name) or state.expired is None:
            raise NotRepairable("what is expired has no name that could be refreshed")
        session = receiver_text(self.changes.source, state.expired.site)
        statements.insert_before(self.changes, self.returned, f"await {session}.refresh({site.node.id})")

    def early(self, site: Site, shape: Shape, state: ObjectState) -> None:
        """The session has ended before the return: convert at its end, under another name."""
        block = _block_of(state)
        if block is None or not isinstance(site.node, ast.Name) or not isinstance(block[1], ast.With | ast.AsyncWith):
            raise NotRepairable("the session has ended before the return")
        unreadable = state.columns is Status.EXPIRED and _asynchronous(state)
        if shape.kind not in ("entity", "each") or unreadable:
            raise NotRepairable("a value of this form is not rewritten")
        name = site.node.id
        data = f"{name}_data"
        if data in local_names(self.returned):
            raise NotRepairable(f"{data} is taken")
        call = f"{self.function}({name}{self.rest}"
        if shape.kind == "each":
            item = self._item(shape.parts[0])
            call = f"[{self.function}({item}{self.rest} for {item} in {name}]"
        statements.insert_after(self.changes, at(block[0], block[1].body[-1]), f"{data} = {call}")
        self.changes.replace(site, data)
