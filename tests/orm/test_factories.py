"""Every qualified name in the tables of factories and calls exists in the installed libraries, under that name."""

from __future__ import annotations

import builtins
import importlib
import inspect

import pytest
from sqlalchemy.orm import Session

from sessile.orm.api.calls import CALLS, HARMLESS, Use
from sessile.orm.api.factories import ALIASES, FACTORIES, SESSION_CLASSES, SESSION_OPTIONS, canonical
from sessile.orm.api.statement import AGGREGATES, SELECT, Chain
from sessile.orm.library import LIBRARY, library_class

REMOVED = {"sqlalchemy.orm.create_session", "flask_sqlalchemy.SignallingSession"}
OPTIONAL = ("flask_sqlalchemy", "sqlmodel", "asgiref", "pydantic_settings", "starlette", "fastapi", "anyio", "rich")
RENAMED = {
    "uuid.uuid6": (3, 14),
    "uuid.uuid7": (3, 14),
    "itertools.batched": (3, 12),
    "asyncio.TaskGroup.create_task": (3, 11),
    "asyncio.timeout": (3, 11),
    "enum.StrEnum": (3, 11),
    "typing.assert_type": (3, 11),
    "typing.reveal_type": (3, 11),
}


def resolve(name: str) -> object:
    """The object of that dotted name; skips where its library is not installed."""
    parts = name.split(".")
    for length in range(len(parts) - 1, 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:length]))
        except ImportError:
            continue
        for part in parts[length:]:
            found = getattr(found, part)
        return found
    if parts[0] in OPTIONAL:
        pytest.skip(f"{parts[0]} is not installed")
    found = builtins
    for part in parts:
        found = getattr(found, part)
    return found


@pytest.mark.parametrize("name", [*SESSION_CLASSES, *FACTORIES, *LIBRARY, *CALLS])
def test_the_name_exists(name: str) -> None:
    import sys

    if name in RENAMED and sys.version_info < RENAMED[name]:
        pytest.skip(f"{name} came with Python {RENAMED[name]}")
    assert resolve(name) is not None


@pytest.mark.parametrize(("alias", "public"), ALIASES.items())
def test_an_alias_is_the_same_object(alias: str, public: str) -> None:
    if alias in REMOVED:
        pytest.skip(f"{alias} is of an older release")
    assert resolve(alias) is resolve(public)
    assert canonical(alias) == public


def test_session_options_are_the_defaults_of_the_session() -> None:
    parameters = inspect.signature(Session.__init__).parameters
    stated = {name: default for name, default in SESSION_OPTIONS.items() if name != "close_resets_only"}
    assert {name: parameters[name].default for name in stated} == stated


def test_a_session_may_be_used_after_close_by_default() -> None:
    session = Session()
    session.close()
    assert session.begin()
    assert SESSION_OPTIONS["close_resets_only"] is True


def test_every_session_of_a_factory_is_a_known_class() -> None:
    assert {each.session for each in FACTORIES.values() if each.session} <= set(SESSION_CLASSES)


def test_harmless_calls_neither_format_nor_keep() -> None:
    assert {CALLS[name] for name in HARMLESS} == {Use.IGNORES, Use.INSPECTS, Use.WAITS}
    assert not HARMLESS & {"print", "repr", "str", "getattr", "hasattr", "copy.copy", "asyncio.create_task"}


def test_the_same_library_class_by_any_of_its_modules() -> None:
    assert library_class("sqlalchemy.orm.decl_api.DeclarativeBase") is LIBRARY["sqlalchemy.orm.DeclarativeBase"]
    assert library_class("pydantic.main.BaseModel") is LIBRARY["pydantic.BaseModel"]
    assert library_class("object") is LIBRARY["builtins.object"]
    assert library_class("my.BaseModel") is None
    assert library_class(None) is None


def test_what_keeps_entities() -> None:
    assert all(SELECT[name].chain.keeps_entities for name in ("where", "join", "options", "limit", "order_by"))
    assert not any(SELECT[name].chain.keeps_entities for name in ("add_columns", "with_only_columns", "subquery"))
    assert Chain.INSPECT.keeps_entities is False
    assert {"count", "sum", "max"} <= AGGREGATES
