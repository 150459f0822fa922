"""Lets a file use SQLModel's `select` instead of SQLAlchemy's."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.fixes import calls, scan, statements
from sessile.fixes.changes import Changes
from sessile.fixes.names import Imported, imports_from
from sessile.flow.story import Site
from sessile.rules.repair import NotRepairable, at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.rules.repair import Draft, Source
    from sessile.rules.rule import Problem


def import_from_sqlmodel(problem: Problem, source: Source) -> Iterator[Draft]:
    """Import `select` from sqlmodel; where it is reached through its module, at that call alone."""
    statement = problem.data["statement"]
    if not isinstance(statement, Site) or problem.data["kind"] != "select":
        raise NotRepairable("no select in sight")
    function = calls.call(statement).func
    changes = Changes(source)
    if not isinstance(function, ast.Name):
        changes.replace(at(statement, function), changes.imported(statement, "sqlmodel", "select"))
        yield changes.draft()
        return
    present, alias = _import_of(source, statement, function.id)
    _move(changes, statement, present, alias)
    yield changes.draft()


def _import_of(source: Source, statement: Site, name: str) -> tuple[Imported, ast.alias]:
    for each in imports_from(source.scope(statement.path)):
        for alias in each.node.names:
            if (alias.asname or alias.name) == name and each.module.partition(".")[0] == "sqlalchemy":
                return each, alias
    raise NotRepairable("select is imported out of sight")


def _move(changes: Changes, statement: Site, present: Imported, alias: ast.alias) -> None:
    """Take a name out of one import and put it into SQLModel's."""
    path = statement.path
    site = Site(path, present.block, present.node)
    called = alias.asname or alias.name
    other = any(each.module == "sqlmodel" for each in imports_from(changes.source.scope(path)))
    if len(present.node.names) == 1 and not other:
        start, _ = changes.source.offsets(site)
        module = changes.text(path).index("sqlalchemy", start)
        end = module + len(present.node.module or "")
        changes.put(path, module, end, "sqlmodel")
        return
    changes.imports.setdefault(path, {}).setdefault("sqlmodel", {})["select"] = called
    if len(present.node.names) == 1:
        statements.remove(changes, site)
    else:
        _remove_name(changes, site, present.node, alias)


def _remove_name(changes: Changes, site: Site, node: ast.ImportFrom, alias: ast.alias) -> None:
    """Remove one name of several, with the comma that belongs to it."""
    text = changes.text(site.path)
    index = node.names.index(alias)
    start, end = changes.source.offsets(at(site, alias))
    if index + 1 < len(node.names):
        following, _ = changes.source.offsets(at(site, node.names[index + 1]))
        changes.put(site.path, start, following, "")
        return
    _, before = changes.source.offsets(at(site, node.names[index - 1]))
    comma = scan.skip(text, end)
    changes.put(site.path, before, comma if text.startswith(",", comma) else end, "")
