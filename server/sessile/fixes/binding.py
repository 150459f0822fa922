"""Binds values instead of writing them into SQL text."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sessile.fixes import calls, tree
from sessile.fixes.changes import Changes
from sessile.fixes.parameters import Bound, is_join, joined, parameter_name, unstringed
from sessile.fixes.sql import PARAMETER
from sessile.fixes.templates import Piece, Template, template
from sessile.flow.interpolation import Place, places
from sessile.flow.story import Site
from sessile.flow.values import Formatted, Hole
from sessile.rules.repair import NotRepairable, at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.rules.repair import Draft, Source
    from sessile.rules.rule import Problem

#: Stands for what is put in, in the SQL that is looked at.
MARK = "\0"
_QUOTED = re.compile(r"'[^']*'")
#: Calls whose text takes parameters.
BINDING = frozenset({"text", "execute", "scalar", "scalars", "exec", "stream", "stream_scalars"})


def bind(problem: Problem, source: Source) -> Iterator[Draft]:
    """Replace each value by a parameter, and bind it with `bindparams`."""
    call, argument, built = problem.data["call"], problem.data["argument"], problem.data["text"]
    if not isinstance(call, Site) or not isinstance(argument, ast.expr) or not isinstance(built, ast.expr):
        raise NotRepairable("the text is out of sight")
    if problem.data["method"] not in BINDING or tree.function(at(call, built)) is None:
        raise NotRepairable("this call takes no text with parameters")
    changes = Changes(source)
    binder = Binder(changes, at(call, built), _places(problem))
    binder.rewrite()
    if built is not argument:
        binder.check_unchanged()
    arguments = binder.arguments(call)
    if problem.data["wrapped"]:
        calls.append(changes, call, f".bindparams({arguments})")
    else:
        text = changes.imported(call, "sqlalchemy", "text")
        changes.wrap(at(call, argument), f"{text}(", f").bindparams({arguments})")
    yield changes.draft()


def _places(problem: Problem) -> dict[int, bool]:
    """The expressions that are values, and whether each is a list of them; anything else cannot be bound.

    Of a dictionary whose values are put in by `%`, every value.
    """
    holes = problem.data["holes"]
    assert isinstance(holes, tuple)
    if any(place != "value" for _, place, _ in holes):
        raise NotRepairable("a name cannot be bound")
    found = {id(site.node): many for site, _, many in holes}
    for site, _, many in holes:
        if isinstance(site.node, ast.Dict):
            found.update({id(value): many for value in site.node.values})
    return found


@dataclass
class Binder:
    """Rewrites one template; `places` are the nodes that are values."""

    changes: Changes
    site: Site
    places: dict[int, bool]
    bound: Bound = field(default_factory=Bound)
    #: What is put in and becomes a parameter, and whether that is a list.
    chosen: dict[int, bool] = field(default_factory=dict)

    def rewrite(self) -> None:
        """Put parameters where values were."""
        found = template(self.changes, self.site)
        self._choose(found)
        self._check_gaps(found)
        sql, starts = self._sql(found)
        taken = set(PARAMETER.findall(sql))
        done: set[int] = set()
        for index, piece in enumerate(found.pieces):
            if id(piece.node) in self.chosen and index not in done:
                self._replace(found, index, sql, starts, taken, done)
        self._settle(found)

    def _choose(self, found: Template) -> None:
        """Tell values from what may stay; what is no f-string has to lose all that is put into it."""
        holes = [piece.node for piece in found.pieces if piece.node is not None]
        for node in holes:
            inside = [self.places[id(each)] for each in ast.walk(node) if id(each) in self.places]
            if inside:
                self.chosen[id(node)] = any(inside) or is_join(node)
        rest = [node for node in holes if id(node) not in self.chosen]
        if not self.chosen or (rest and not self._bindable(found, rest)):
            raise NotRepairable("not everything that is put in is a value")

    def _bindable(self, found: Template, rest: list[ast.expr]) -> bool:
        """Whether what is harmless could be bound as well, or stays in its f-string."""
        if any(token.formatted for token in found.tokens):
            return True
        text = self.changes.text(self.site.path)
        pieces = tuple(
            text[each.start : each.end] if each.node is None else Hole(each.node, at(self.site, each.node))
            for each in found.pieces
        )
        wanted = {id(node) for node in rest}
        assert isinstance(self.site.node, ast.expr)
        places_ = places(Formatted(self.site.node, pieces))
        self.chosen.update(dict.fromkeys(wanted, False))
        return all(place is Place.VALUE for hole, place in places_ if id(hole.node) in wanted)

    def _sql(self, found: Template) -> tuple[str, list[int]]:
        """The SQL with a mark for each value, and where each piece starts in it."""
        text = self.changes.text(self.site.path)
        sql, starts = "", []
        for piece in found.pieces:
            starts.append(len(sql))
            sql += MARK if piece.node is not None else text[piece.start : piece.end]
        return sql, starts

    def _check_gaps(self, found: Template) -> None:
        if "\\" in "".join(self.changes.text(self.site.path)[each.start : each.end] for each in found.pieces):
            raise NotRepairable("the text has escapes")

    def _replace(
        self, found: Template, index: int, sql: str, starts: list[int], taken: set[str], done: set[int]
    ) -> None:
        """Replace one value, together with the quotes or brackets around it."""
        piece, place = found.pieces[index], starts[index]
        quoted = next((each for each in _QUOTED.finditer(sql) if each.start() < place < each.end()), None)
        if quoted is None and sql.count("'", 0, place) % 2:
            raise NotRepairable("quotes that do not match")
        assert piece.node is not None
        if self.chosen[id(piece.node)]:
            self._replace_list(found, index, sql, starts, taken)
            return
        first, last = (quoted.start(), quoted.end()) if quoted else (place, place + 1)
        inside = [i for i, start in enumerate(starts) if first <= start < last and found.pieces[i].node is not None]
        if any(id(found.pieces[i].node) not in self.chosen for i in inside):
            raise NotRepairable("a value beside what is none, within quotes")
        done.update(inside)
        expression = self._expression(found, sql[first:last], [found.pieces[i] for i in inside])
        name = self.bound.name(parameter_name(piece.node), expression, taken)
        self._put(found, starts, first, last, f":{name}")

    def _expression(self, found: Template, quoted: str, holes: list[Piece]) -> str:
        """The value that is bound: the one that is put in, or the whole text between the quotes."""
        inner = quoted.strip("'") if len(quoted) > 1 else quoted
        if inner == MARK:
            return holes[0].expression if len(quoted) > 1 else unstringed(holes[0])
        if '"' in inner or any('"' in hole.expression for hole in holes) or found.escapes == "%":
            raise NotRepairable("quotes within quotes")
        for hole in holes:
            inner = inner.replace(MARK, f"{{{hole.expression}}}", 1)
        return f'f"{inner}"'

    def _replace_list(self, found: Template, index: int, sql: str, starts: list[int], taken: set[str]) -> None:
        """`IN (...)` of a joined list takes an expanding parameter, without the brackets."""
        piece, place = found.pieces[index], starts[index]
        before, after = sql[:place].rstrip(), sql[place + 1 :].lstrip()
        if not before.endswith("(") or not after.startswith(")") or piece.node is None:
            raise NotRepairable("a list that is not alone in its brackets")
        values = joined(self.changes, self.site, piece.node)
        name = self.bound.name(parameter_name(ast.parse(values, mode="eval").body), f"list({values})", taken, many=True)
        self._put(found, starts, len(before) - 1, len(sql) - len(after) + 1, f":{name}")

    def _put(self, found: Template, starts: list[int], first: int, last: int, text: str) -> None:
        """Replace what lies between two offsets of the SQL."""
        start, tail = self._offset(found, starts, first)
        end, closing = self._offset(found, starts, last - 1, after=True)
        self.changes.put(self.site.path, start, end, text + (closing or tail))

    def _offset(self, found: Template, starts: list[int], offset: int, *, after: bool = False) -> tuple[int, str]:
        """Where a character of the SQL stands in the source, and what has to follow it."""
        index = max(i for i, start in enumerate(starts) if start <= offset and self._length(found, i) > 0)
        piece = found.pieces[index]
        if piece.node is not None:
            return (piece.end if after else piece.start), piece.tail
        return piece.start + offset - starts[index] + after, ""

    def _length(self, found: Template, index: int) -> int:
        piece = found.pieces[index]
        return 1 if piece.node is not None else piece.end - piece.start

    def _settle(self, found: Template) -> None:
        """Drop what formatted the string: prefixes, doubled braces, `% values`, `.format(...)`."""
        if any(piece.node is not None and id(piece.node) not in self.chosen for piece in found.pieces):
            return
        path, text = self.site.path, self.changes.text(self.site.path)
        for token in found.tokens:
            if token.formatted:
                index = token.start + token.prefix.lower().index("f")
                self.changes.put(path, index, index + 1, "")
            for escape in {"{}": ("{{", "}}"), "%": ("%%",)}.get(found.escapes, ()):
                if found.escapes == "%" or token.formatted or found.removed:
                    self._unescape(path, text, token.body, token.body_end, escape)
        for start, end in found.removed:
            self.changes.put(path, start, end, "")

    def _unescape(self, path: str, text: str, start: int, end: int, escape: str) -> None:
        offset = text.find(escape, start, end)
        while offset >= 0:
            self.changes.put(path, offset, offset + 1, "")
            offset = text.find(escape, offset + 2, end)

    def check_unchanged(self) -> None:
        """Refuse where a value may be another one by the time that it is bound."""
        around = tree.function(self.site)
        names = {name.id for value in self.bound.values.values() for name in _names(value)}
        for node in ast.walk(around.node) if around is not None else ():
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load) and node.id in names:
                raise NotRepairable(f"{node.id} changes")

    def arguments(self, call: Site) -> str:
        """The arguments of `bindparams`."""
        given: list[str] = []
        for name, value in self.bound.values.items():
            if name in self.bound.lists:
                function = self.changes.imported(call, "sqlalchemy", "bindparam")
                given.insert(0, f'{function}("{name}", {value}, expanding=True)')
            else:
                given.append(f"{name}={value}")
        return ", ".join(given)


def _names(expression: str) -> list[ast.Name]:
    tree_ = ast.parse(expression, mode="eval")
    return [node for node in ast.walk(tree_) if isinstance(node, ast.Name)]
