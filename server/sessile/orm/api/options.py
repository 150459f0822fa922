"""Loader options as data: what each makes of the attribute that it names.

A chain such as `joinedload(User.posts).selectinload(Post.tags)` applies each method to the class that the one before
reached; `Load(User)` starts one. Source: https://docs.sqlalchemy.org/en/20/orm/queryguide/relationships.html
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sessile.orm.api.tables import Version

Names = Literal["relationship", "column", "group", "entity"]


class Outcome(str, Enum):
    """What the named attributes are after the query.

    LOADED and UNLOADED speak for themselves. ONLY: the named columns and the primary key are loaded, other columns are
    not. RAISES: a read raises `InvalidRequestError`. EMPTY: reads as `[]` or None whatever the database holds. SAME: as
    mapped; the option only leads to others. FILTERED: loaded as before, but rows that fail the criteria are missing.
    """

    LOADED = "loaded"
    UNLOADED = "unloaded"
    ONLY = "only"
    RAISES = "raises"
    EMPTY = "empty"
    SAME = "same"
    FILTERED = "filtered"


@dataclass(frozen=True, slots=True)
class LoaderOption:
    """One loader option.

    `lazy`: the strategy it stands for, spelled as `relationship(lazy=...)` is. `joins`: it loads by joining, so that a
    collection needs `unique()`. `function`: exists as a function in `sqlalchemy.orm`; `method`: as a method of `Load`.
    """

    name: str
    names: Names
    outcome: Outcome
    lazy: str | None = None
    joins: bool = False
    function: bool = True
    method: bool = True
    since: Version | None = None
    until: Version | None = None


_OPTIONS = (
    LoaderOption("contains_eager", "relationship", Outcome.LOADED, "joined", joins=True),
    LoaderOption("defaultload", "relationship", Outcome.SAME),
    LoaderOption("defer", "column", Outcome.UNLOADED),
    LoaderOption("immediateload", "relationship", Outcome.LOADED, "immediate"),
    LoaderOption("joinedload", "relationship", Outcome.LOADED, "joined", joins=True),
    LoaderOption("lazyload", "relationship", Outcome.UNLOADED, "select"),
    LoaderOption("load_only", "column", Outcome.ONLY),
    LoaderOption("noload", "relationship", Outcome.EMPTY, "noload"),
    LoaderOption("options", "entity", Outcome.SAME, function=False),
    LoaderOption("raiseload", "relationship", Outcome.RAISES, "raise"),
    LoaderOption("selectin_polymorphic", "entity", Outcome.LOADED, "selectin"),
    LoaderOption("selectinload", "relationship", Outcome.LOADED, "selectin"),
    LoaderOption("subqueryload", "relationship", Outcome.LOADED, "subquery"),
    LoaderOption("undefer", "column", Outcome.LOADED),
    LoaderOption("undefer_group", "group", Outcome.LOADED),
    LoaderOption("with_expression", "column", Outcome.LOADED),
    LoaderOption("with_loader_criteria", "entity", Outcome.FILTERED, method=False),
    LoaderOption("eagerload", "relationship", Outcome.LOADED, "joined", joins=True, method=False, until=(2, 0)),
)

LOADER_OPTIONS: Mapping[str, LoaderOption] = MappingProxyType({option.name: option for option in _OPTIONS})

LAZY: Mapping[object, str] = MappingProxyType(
    {
        "select": "select",
        True: "select",
        "joined": "joined",
        False: "joined",
        "selectin": "selectin",
        "subquery": "subquery",
        "immediate": "immediate",
        "raise": "raise",
        "raise_on_sql": "raise_on_sql",
        "noload": "noload",
        None: "noload",
        "dynamic": "dynamic",
        "write_only": "write_only",
    }
)
"""What `relationship(lazy=...)` accepts, each with the name that this package uses for it."""

EAGER = frozenset({"joined", "selectin", "subquery", "immediate"})
"""Values of `lazy` that load the relationship together with its owner."""
