"""What fixes are called before anybody has computed them: cheap, since every report asks."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.flow.world import ObjectState, SessionState, Status
from sessile.orm.api.membership import Standing
from sessile.orm.mapped import Column, Relationship

if TYPE_CHECKING:
    from sessile.rules.rule import Problem

#: What fetches the value itself instead of a Row with one value.
SCALAR = {"one": "scalar_one", "first": "scalar", "one_or_none": "scalar_one_or_none", "fetchone": "scalar"}
#: What a Result and a ScalarResult have both, and what comes nearest to what only a Result has.
SHARED = frozenset({"all", "fetchall", "fetchmany", "first", "one", "one_or_none", "partitions"})
LOOPS = frozenset({"__iter__", "__aiter__"})
NEAREST = {"fetchone": "first"}
#: Fetches that raise where there is nothing.
RAISING = frozenset({"one", "scalar_one"})
#: What a Result has and a ScalarResult has under another name.
SCALAR_FETCHES = {"scalar": "first", "scalar_one": "one", "scalar_one_or_none": "one_or_none"}


def loader_for(relationship: Relationship, *, joins: bool = True) -> str:
    """The option for a relationship: a collection in a query of its own, a single object by a join where allowed."""
    return "joinedload" if relationship.many is False and joins else "selectinload"


def load_title(state: object, name: object, *, joins: bool = True) -> str | None:
    """The title of the fix that loads an attribute with the query; None where the class is not known."""
    if not isinstance(state, ObjectState) or state.facts is None or not isinstance(name, str):
        return None
    attribute = state.facts.attributes.get(name)
    if isinstance(attribute, Relationship):
        return f"Load `{name}` with the query: {loader_for(attribute, joins=joins)}({state.facts.name}.{name})"
    return f"Load `{name}` with the query" if isinstance(attribute, Column) else None


def attributes(problem: Problem) -> str | None:
    """A call reads attributes, where that can be said in the call."""
    return "Pass from_attributes=True" if problem.data.get("method") == "model_validate" else None


def load(problem: Problem) -> str | None:
    """A relationship is loaded with the query."""
    return load_title(problem.data.get("state"), problem.data.get("name"))


def column(problem: Problem) -> str | None:
    """An expired column is refreshed, any other loaded with the query."""
    state, name = problem.data.get("state"), problem.data.get("name")
    if not isinstance(state, ObjectState) or not isinstance(name, str):
        return None
    if state.attributes.get(name, state.columns) is Status.EXPIRED:
        return _refresh(state)
    return load_title(state, name)


def _refresh(state: ObjectState) -> str | None:
    if state.expired is None:
        return None
    if "commit at the end" in state.expired.text:
        return "Keep what is loaded after every commit of these sessions: expire_on_commit=False"
    name = state.facts.name if state.facts is not None else "object"
    return f"Refresh the {name} after the commit" if "commit" in state.expired.text else f"Refresh the {name}"


def implicit(problem: Problem) -> str | None:
    """What SCOPE003 needs is loaded beforehand."""
    return forbidden(problem) if _relationship(problem) else column(problem)


def forbidden(problem: Problem) -> str | None:
    """An attribute is loaded with the query, by a query of its own."""
    return load_title(problem.data.get("state"), problem.data.get("name"), joins=False)


def _relationship(problem: Problem) -> bool:
    state, name = problem.data.get("state"), problem.data.get("name")
    facts = state.facts if isinstance(state, ObjectState) else None
    return facts is not None and isinstance(facts.attributes.get(str(name)), Relationship)


def reraise(problem: Problem) -> str | None:
    """The handler raises."""
    returned = problem.data.get("return")
    if problem.data.get("handler") is None:
        return None
    instead = f", instead of `{_short(returned)}`" if isinstance(returned, ast.stmt) else ""
    return f"Raise the error again{instead}"


def roll_back(problem: Problem) -> str | None:
    """The handler rolls back, unless a block does so that only an exception may leave."""
    state = problem.data.get("session")
    if problem.data.get("handler") is None or not isinstance(state, SessionState):
        return None
    return "Raise the error again" if state.transactions else "Roll back in the handler"


def take_in(problem: Problem) -> str | None:
    """What is pending is flushed first, and what is detached added, unless its row may be in the session already.

    What `merge` found a row for runs as it is: there `refresh` drops the change that a flush would write.
    """
    standing, data = problem.data.get("standing"), problem.data
    if data.get("method") not in ("refresh", "expire"):
        return None
    if standing is Standing.PENDING:
        return None if data.get("perhaps") else "Flush first"
    return "Add it to this session first" if standing is Standing.DETACHED and data.get("alone") else None


def _short(node: ast.stmt) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 40 else text[:37] + "..."


def scalars(problem: Problem) -> str | None:
    """Entities are fetched instead of Rows; None where a Row holds more, and nothing can be taken out of it."""
    method, entity = problem.data.get("method"), problem.data.get("entity")
    if problem.data.get("missing") or entity is None or problem.data.get("via") == "query":
        return None
    if method in LOOPS:
        return "Iterate over `.scalars()`"
    if method in SHARED:
        return f"Insert `.scalars()` before `.{method}()`"
    return f"Use `.scalars().{NEAREST[str(method)]}()`" if method in NEAREST else None


def scalar(problem: Problem) -> str | None:
    """The value is fetched instead of a Row."""
    method = problem.data.get("method")
    if problem.data.get("via") == "query":
        return "Use `.scalar()`" if method in ("one", "first", "one_or_none") else None
    return f"Use `.{SCALAR[str(method)]}()`" if method in SCALAR else scalars(problem)


def unindex(problem: Problem) -> str | None:
    """The index of what is no Row is removed."""
    index = problem.data.get("index")
    return "Remove `[0]`" if isinstance(index, ast.Constant) and index.value == 0 else None


def unique(problem: Problem) -> str | None:
    """Repeated rows are dropped."""
    method = problem.data.get("method")
    if problem.data.get("portions"):
        return None
    return "Iterate over `.unique()`" if method in LOOPS else f"Insert `.unique()` before `.{method}()`"


def get(problem: Problem) -> str:
    """`session.get()` is used."""
    entity, key = problem.data.get("entity"), problem.data.get("key")
    method = "get_one" if problem.data.get("method") in RAISING else "get"
    if not isinstance(entity, ast.expr) or not isinstance(key, ast.expr):
        return f"Use session.{method}()"
    return f"Use session.{method}({ast.unparse(entity)}, {ast.unparse(key)})"


def sqlmodel_select(problem: Problem) -> str | None:
    """SQLModel's `select` is used."""
    if problem.data.get("kind") != "select" or problem.data.get("statement") is None:
        return None
    return "Import `select` from sqlmodel"


def use_result(problem: Problem) -> str | None:
    """A coroutine is awaited, or the right method called."""
    if problem.data.get("how") == "not awaited":
        return f"Await `{problem.data.get('method')}`"
    name = problem.data.get("name")
    missing = problem.data.get("how") == "missing"
    return f"Use `.{SCALAR_FETCHES[str(name)]}()`" if missing and name in SCALAR_FETCHES else None


def dictionaries(problem: Problem) -> str | None:
    """What is returned becomes a dictionary; what is yielded is left alone."""
    returned = problem.data.get("return")
    node = getattr(returned, "node", None)
    return (
        None if isinstance(node, ast.Yield | ast.YieldFrom) else "Return model_to_dict(...): callers get a dictionary"
    )


def bind(problem: Problem) -> str | None:
    """Values are bound; None where a name is written into the SQL, which no parameter can be."""
    holes = problem.data.get("holes")
    if not isinstance(holes, tuple) or any(place != "value" for _, place, _ in holes):
        return None
    return "Bind the values as parameters" if len(holes) > 1 else "Bind the value as a parameter"
