"""The loader options of the query; `get` where `Session.get` can take them, `join` where a join has to go before."""

from __future__ import annotations

from ..option import ASYNC, SYNC, Option

DEFERRING = (SYNC, ASYNC)


def _option(name: str, text: str, **more: object) -> Option:
    return Option(name, f".options({text})", {"get": f", options=[{text}]"}, **more)


OPTIONS = (
    Option("none", weight=8),
    _option("selectinload", "selectinload(User.posts)"),
    _option("joinedload", "joinedload(User.posts)"),
    _option("subqueryload", "subqueryload(User.posts)"),
    _option("immediateload", "immediateload(User.posts)"),
    _option("lazyload", "lazyload(User.posts)"),
    _option("raiseload", "raiseload(User.posts)"),
    _option("raiseload *", 'raiseload("*")'),
    _option("raiseload, sql_only", "raiseload(User.team, sql_only=True)"),
    _option("noload", "noload(User.posts)", until=(2, 0, 99)),
    Option("contains_eager", ".join(User.posts).options(contains_eager(User.posts))"),
    _option("selectinload team", "selectinload(User.team)"),
    _option("joinedload team", "joinedload(User.team)"),
    _option("nested", "selectinload(User.posts).joinedload(Post.user)"),
    _option("load_only", "load_only(User.name)"),
    _option("defer", "defer(User.name)"),
    _option("undefer", "undefer(User.bio)", flavours=DEFERRING),
    _option("defaultload", "defaultload(User.team).load_only(Team.name)"),
    Option("populate_existing", ".execution_options(populate_existing=True)", {"get": ", populate_existing=True"}),
)
