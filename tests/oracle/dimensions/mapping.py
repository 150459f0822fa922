"""How the mapping loads the relationships: `lazy=` of `User.posts`, and of `User.team` where it can be."""

from __future__ import annotations

from ..option import Option

_LOADERS = {
    "loading": (
        "selectinload",
        "joinedload",
        "subqueryload",
        "immediateload",
        "lazyload",
        "raiseload",
        "noload",
        "contains_eager",
        "nested",
    ),
}

OPTIONS = (
    Option("select", weight=8),
    Option("joined", parts={"posts": "joined", "team": "joined"}),
    Option("joined many-to-one", parts={"team": "joined"}),
    Option("selectin", parts={"posts": "selectin", "team": "selectin"}),
    Option("subquery", parts={"posts": "subquery", "team": "subquery"}),
    Option("immediate", parts={"posts": "immediate", "team": "immediate"}),
    Option("raise", parts={"posts": "raise", "team": "raise"}),
    Option("raise_on_sql", parts={"posts": "raise_on_sql", "team": "raise_on_sql"}),
    Option("noload", parts={"posts": "noload", "team": "noload"}, until=(2, 0, 99)),
    Option("dynamic", parts={"posts": "dynamic"}, never=_LOADERS),
    Option("write_only", parts={"posts": "write_only"}, since=(2, 0, 0), never=_LOADERS),
)
