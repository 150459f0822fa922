"""Flask-SQLAlchemy's extension object: `db.session`, `db.Model`, and everything of SQLAlchemy under `db`.

Source: https://flask-sqlalchemy.palletsprojects.com/en/stable/api/
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sessile.flow.options import SessionOptions
from sessile.flow.values import ClassRef, EngineRef, Extension, External, SessionRef, Value
from sessile.flow.world import Openness, Owner, SessionState
from sessile.orm.api.factories import FACTORIES, canonical
from sessile.orm.mapped import flask_model

if TYPE_CHECKING:
    from sessile.flow.machine import Machine
    from sessile.flow.values import Arguments
    from sessile.flow.world import World
    from sessile.orm.mapped import ClassFacts

MODEL = "Model"
#: What the object has of its own.
OWN = frozenset(
    {"init_app", "create_all", "drop_all", "reflect", "get_or_404", "first_or_404", "one_or_404", "paginate"}
)


def extension(m: Machine, world: World, arguments: Arguments, node: ast.AST) -> Value:
    """`SQLAlchemy(...)`: one registry for the whole program, which the framework removes after each request."""
    configured = arguments.unpacked or "session_options" in arguments.keywords
    options = SessionOptions(expire_on_commit=None) if configured else SessionOptions()
    state = SessionState(False, False, options, Owner.SHARED, Openness.UNKNOWN, scoped=True, site=m.site(world, node))
    base = None if "model_class" in arguments.keywords else flask_model(MODEL, "flask_sqlalchemy.db")
    return Extension(m.new(world, state), base)


def extended(facts: ClassFacts) -> bool:
    """Whether a class of the workspace is the extension with something added to it."""
    given = (base for each in facts.mro for base in each.bases if isinstance(base, str))
    known = (FACTORIES.get(canonical(base)) for base in given)
    return any(each is not None and each.kind == "extension" for each in known)


def attribute(ref: Extension, name: str) -> Value:
    """`db.name`."""
    if name == "session":
        return SessionRef(ref.session)
    if name == MODEL and ref.model is not None:
        return ClassRef(ref.model)
    if name in ("engine", "get_engine"):
        return EngineRef()
    root = "flask_sqlalchemy" if name in OWN or name == MODEL else "sqlalchemy"
    return External(f"{root}.{name}")


def session_of(m: Machine, facts: ClassFacts) -> int | None:
    """The session of the `db` whose `db.Model` a class derives from; None where that cannot be seen."""
    from sessile.flow.definitions import home
    from sessile.flow.evaluation import evaluate
    from sessile.flow.names import module_world

    for each in facts.mro:
        scope = home(each)
        for base in each.node.bases if scope is not None and each.node is not None else ():
            if scope is not None and isinstance(base, ast.Attribute) and base.attr == MODEL:
                owner = evaluate(m, base.value, module_world(m, scope.module, scope.block))
                if isinstance(owner, Extension):
                    return owner.session
    return None
