"""Which calls may raise something of their own, beside what the database raises.

Failures of the database are followed call by call (`transactions.may_fail`). What is left is "some exception", which
any call may raise that is not known to do otherwise; a path on which `print` fails does not exist.
"""

from __future__ import annotations

from sessile.flow.values import (
    AttributeRef,
    BoundMethod,
    ClassRef,
    CollectionRef,
    Criterion,
    Entity,
    External,
    Function,
    LoaderOption,
    Query,
    ResultRef,
    SessionRef,
    Statement,
    TransactionRef,
    Value,
)
from sessile.orm.api.calls import LOGGER_METHODS
from sessile.orm.mapped import Role

SURE = frozenset({"print", "len", "isinstance", "issubclass", "type", "id", "repr", "str", "bool", "list", "super"})
LIBRARIES = frozenset({"sqlalchemy", "sqlmodel"})
#: Methods of containers that only fill them.
FILLING = frozenset(
    {"append", "extend", "add", "update", "setdefault", "insert", "copy", "items", "keys", "values", "get"}
)
Building = AttributeRef | Criterion | LoaderOption | Statement
#: Their functions are followed, and what these call is judged for itself.
Followed = Function | Entity


def harmless(callee: Value) -> bool:
    """Whether a call raises nothing but what the database raises, or what is followed anyway."""
    match callee:
        case External(name=name):
            return _known(name.removeprefix("builtins."))
        case ClassRef(facts=facts):
            return facts.role is Role.MAPPED
        case BoundMethod(receiver=Query() | ResultRef() | SessionRef() | TransactionRef(), name=name):
            return "one" not in name.split("_")  # NoResultFound, MultipleResultsFound
        case BoundMethod(receiver=CollectionRef(), name=name):
            return name in FILLING
        case BoundMethod(receiver=receiver):
            return isinstance(receiver, Building | Followed)
    return isinstance(callee, Followed)


def _known(name: str) -> bool:
    last = name.rpartition(".")[2]
    if last in LOGGER_METHODS and "log" in name.lower():
        return True
    return name in SURE or name.partition(".")[0] in LIBRARIES
