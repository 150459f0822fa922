"""Fetches by primary key become `session.get(...)`."""

from __future__ import annotations

import ast
import keyword
import re
from typing import TYPE_CHECKING

from sessile.fixes import calls, statements, tree
from sessile.fixes.changes import Changes
from sessile.flow.story import Site
from sessile.rules.offers import RAISING
from sessile.rules.repair import NotRepairable, at
from sessile.syntax.comments import comments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.rules.repair import Draft, Source
    from sessile.rules.rule import Problem

#: Methods of a Query that `session.get()` takes as keyword arguments.
FLAGS = {"with_for_update": "with_for_update=True", "populate_existing": "populate_existing=True"}


def by_key(problem: Problem, source: Source) -> Iterator[Draft]:
    """Replace the fetch by `session.get(Model, key)`, and remove the variables that led to it."""
    fetch, entity, key = problem.data["fetch"], problem.data["entity"], problem.data["key"]
    if not isinstance(fetch, Site) or not isinstance(entity, ast.expr) or not isinstance(key, ast.expr):
        raise NotRepairable("the fetch is out of sight")
    if problem.data["method"] in RAISING and not source.modern:
        raise NotRepairable("get_one() is new in SQLAlchemy 2.0")
    changes = Changes(source)
    for name in problem.data["variables"]:  # type: ignore[attr-defined]  # a tuple of names
        _forget(changes, fetch, str(name))
    options = [source.text(at(fetch, each)) for each in problem.data["options"]]  # type: ignore[attr-defined]  # a tuple
    text = ", ".join((source.text(at(fetch, entity)), source.text(at(fetch, key)), *_listed(options)))
    method = "get_one" if problem.data["method"] in RAISING else "get"
    call = f"{_session(source, fetch, problem.data['session'])}.{method}({text})"
    _replace(changes, fetch, _awaited(fetch, call) if problem.data["asynchronous"] else call)
    yield changes.draft()


def legacy_get(problem: Problem, source: Source) -> Iterator[Draft]:
    """Replace `session.query(Model).get(key)`."""
    fetch, query, entity = problem.data["fetch"], problem.data["query"], problem.data["entity"]
    if not isinstance(fetch, Site) or not isinstance(query, Site) or not isinstance(entity, ast.expr):
        raise NotRepairable("the query is out of sight")
    given = calls.arguments(calls.call(fetch))
    if len(given) != 1:
        raise NotRepairable("get() takes one argument")
    key = given[0].value if isinstance(given[0], ast.keyword) else given[0]
    changes = Changes(source)
    session = _session(source, fetch, problem.data["session"])
    parts = [source.text(at(query, entity)), source.text(at(fetch, key)), *_links(source, fetch, query)]
    _replace(changes, fetch, f"{session}.get({', '.join(parts)})")
    yield changes.draft()


def _listed(options: list[str]) -> list[str]:
    return [f"options=[{', '.join(options)}]"] if options else []


def _links(source: Source, fetch: Site, query: Site) -> list[str]:
    """What stands between `query(...)` and `get(...)`, as arguments of `session.get`."""
    found: list[str] = []
    options: list[str] = []
    node = calls.method(fetch).value
    while node is not query.node:
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            raise NotRepairable("the query is built elsewhere")
        if node.func.attr == "options":
            options = [*(source.text(at(fetch, each)) for each in node.args), *options]
        elif node.func.attr in FLAGS and not node.args and not node.keywords:
            found.append(FLAGS[node.func.attr])
        else:
            raise NotRepairable(f"get() cannot do {node.func.attr}()")
        node = node.func.value
    return [*_listed(options), *found]


def _session(source: Source, fetch: Site, session: object) -> str:
    """The session's expression; that of Flask-SQLAlchemy where the query is `Model.query`."""
    if isinstance(session, ast.expr):
        return source.text(at(fetch, session))
    if "db" in source.scope(fetch.path).bindings:
        return "db.session"
    raise NotRepairable("the session has no name here")


def _awaited(fetch: Site, call: str) -> str:
    """The call, awaited where what it replaces was awaited inside."""
    outer = tree.parent(fetch)
    if isinstance(outer, ast.Await):
        return call
    chained = isinstance(outer, ast.Attribute | ast.Subscript | ast.Call) and fetch.node in ast.iter_child_nodes(outer)
    argument = isinstance(outer, ast.Call) and outer.func is not fetch.node
    return f"(await {call})" if chained and not argument else f"await {call}"


def _replace(changes: Changes, fetch: Site, text: str) -> None:
    """Replace the fetch; comments inside go above its statement."""
    holder = tree.statement(fetch)
    for comment in comments(changes.source.text(fetch)):
        statements.insert_before(changes, holder, comment.text)
    start, end = _grouped(changes.text(fetch.path), *changes.source.offsets(fetch))
    changes.put(fetch.path, start, end, text)


def _grouped(text: str, start: int, end: int) -> tuple[int, int]:
    """With the brackets around it that only served to spread it over several lines."""
    before, after = text[:start].rstrip(), text[end:].lstrip()
    if not before.endswith("(") or not after.startswith(")") or "\n" not in text[start:end].replace("\r", "\n"):
        return start, end
    outer = re.search(r"[\w)\]]*$", before[:-1].rstrip())
    word = outer[0] if outer else ""
    if word and not keyword.iskeyword(word):
        return start, end
    return len(before) - 1, len(text) - len(after) + 1


def _forget(changes: Changes, fetch: Site, name: str) -> None:
    """Remove the statement that assigns a variable which is read once, on the way to the fetch."""
    around = tree.function(fetch)
    scope = around.node if around is not None else fetch.block.tree
    uses = [node for node in ast.walk(scope) if isinstance(node, ast.Name) and node.id == name]
    stores = [node for node in uses if isinstance(node.ctx, ast.Store)]
    if len(stores) != 1 or len(uses) != 2:
        raise NotRepairable(f"{name} is used elsewhere")
    holder = tree.statement(at(fetch, stores[0]))
    if not isinstance(holder.node, ast.Assign | ast.AnnAssign):
        raise NotRepairable(f"{name} is not simply assigned")
    for comment in comments(changes.source.text(holder)):
        statements.insert_before(changes, tree.statement(fetch), comment.text)
    statements.remove(changes, holder)
