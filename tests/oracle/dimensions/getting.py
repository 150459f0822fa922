"""How the program comes by its object, `user`: every method that yields entities, rows or scalars, and new objects."""

from __future__ import annotations

from ..option import ASYNC, SQLMODEL, SYNC, Option

_ONE = "select(User).where(User.id == 1)$load"
_ALL = "select(User).order_by(User.id)$load"
_UNLOADED = {"loading": ("none",)}
JOINED = {"mapping": ("joined",), "loading": ("joinedload", "contains_eager", "subqueryload")}
_GET = {"loading": ("contains_eager",)}
BLOCKING = (SYNC, SQLMODEL)


def _statement(name: str, code: str, **more: object) -> Option:
    return Option(name, code.replace("ONE", _ONE).replace("ALL", _ALL), **more)


def _query(name: str, code: str, **more: object) -> Option:
    text = code.replace("QUERY", "session.query(User)$load")
    return Option(f"query.{name}", text, **{"flavours": BLOCKING, **more})


OPTIONS = (
    Option("get", "user = $await session.get(User, 1$getload)", never=_GET),
    Option("get_one", "user = $await session.get_one(User, 1$getload)", since=(2, 0, 22), never=_GET),
    Option("get, for update", "user = $await session.get(User, 1, with_for_update=True$getload)", never=_GET),
    _statement("scalar", "user = $await session.scalar(ONE)"),
    _statement("scalars.first", "user = $await(session.scalars(ALL)).first()"),
    _statement("scalars.one", "user = $await(session.scalars(ONE)).one()"),
    _statement("scalars.one_or_none", "user = $await(session.scalars(ONE)).one_or_none()"),
    _statement("scalars.all", "user = $await(session.scalars(ALL)).all()[0]"),
    _statement("scalars.unique.all", "user = $await(session.scalars(ALL)).unique().all()[0]"),
    _statement("scalars.unique.one", "user = $await(session.scalars(ONE)).unique().one()"),
    _statement("scalars.unique.first", "user = $await(session.scalars(ALL)).unique().first()"),
    _statement("scalars, iterated", 'for user in $await session.scalars(ALL):\n    print("found")'),
    _statement("scalars, next", "user = next(iter($await session.scalars(ALL)))"),
    _statement("scalars, list", "user = list($await session.scalars(ALL))[0]"),
    _statement("scalars.fetchmany", "user = $await(session.scalars(ALL)).fetchmany(1)[0]"),
    _statement("scalars.fetchall", "user = $await(session.scalars(ALL)).fetchall()[0]"),
    _statement("scalars.partitions", "for users in $await(session.scalars(ALL)).partitions(5):\n    user = users[0]"),
    _statement("scalars, unpacked", "[user] = $await session.scalars(ONE)"),
    _statement("scalars, unpacked list", "user, *_ = $await(session.scalars(ALL)).all()"),
    _statement("execute.scalar", "user = $await(session.execute(ALL)).scalar()"),
    _statement("execute.scalar_one", "user = $await(session.execute(ONE)).scalar_one()"),
    _statement("execute.scalar_one_or_none", "user = $await(session.execute(ONE)).scalar_one_or_none()"),
    _statement("execute.scalars.all", "user = $await(session.execute(ALL)).scalars().all()[0]"),
    _statement("execute.unique.scalars.all", "user = $await(session.execute(ALL)).unique().scalars().all()[0]"),
    _statement("execute.unique.scalar_one", "user = $await(session.execute(ONE)).unique().scalar_one()"),
    _statement("execute.first[0]", "user = $await(session.execute(ALL)).first()[0]"),
    _statement("execute.one.User", "user = $await(session.execute(ONE)).one().User"),
    _statement("execute.one[0]", "user = $await(session.execute(ONE)).one()[0]"),
    _statement("execute.one_or_none[0]", "user = $await(session.execute(ONE)).one_or_none()[0]"),
    _statement("execute.one, unpacked", "(user,) = $await(session.execute(ONE)).one()"),
    _statement("execute.all[0][0]", "user = $await(session.execute(ALL)).all()[0][0]"),
    _statement("execute.fetchone", "user = $await(session.execute(ALL)).fetchone()[0]"),
    _statement("execute.fetchall", "user = $await(session.execute(ALL)).fetchall()[0][0]"),
    _statement("execute.fetchmany", "user = $await(session.execute(ALL)).fetchmany(1)[0].User"),
    _statement("execute.mappings", 'user = $await(session.execute(ALL)).mappings().first()["User"]'),
    _statement("execute.mappings.one", 'user = $await(session.execute(ONE)).mappings().one()["User"]'),
    _statement("execute.tuples", "user = $await(session.execute(ALL)).tuples().first()[0]", since=(2, 0, 0)),
    _statement("execute.columns", "user = $await(session.execute(ALL)).columns(0).first()[0]"),
    _statement("execute.scalars.unique", "user = $await(session.execute(ALL)).scalars().unique().first()"),
    _statement("execute.partitions", "for rows in $await(session.execute(ALL)).partitions(5):\n    user = rows[0][0]"),
    _statement("execute, iterated", "for row in $await session.execute(ALL):\n    user = row.User"),
    _statement("execute, iterated, unpacked", 'for (user,) in $await session.execute(ALL):\n    print("found")'),
    _statement(
        "execute, two entities", "user, team = $await(session.execute(select(User, Team).join(User.team)$load)).first()"
    ),
    _statement("row._mapping", 'user = $await(session.execute(ONE)).one()._mapping["User"]'),
    _statement("row._tuple", "user = $await(session.execute(ONE)).one()._tuple()[0]", since=(2, 0, 0)),
    _statement("freeze", "user = $await(session.execute(ALL)).freeze()().scalars().first()", flavours=BLOCKING),
    _query("first", "user = QUERY.order_by(User.id).first()"),
    _query("yield_per", 'for user in QUERY.yield_per(5):\n    print("found")', never=JOINED),
    _query("slice", "user = QUERY.order_by(User.id).slice(0, 2).all()[0]"),
    _query("with_entities", "user = QUERY.with_entities(User).order_by(User.id).first()", only=_UNLOADED),
    Option(
        "query.from_statement",
        "user = session.query(User).from_statement(select(User).order_by(User.id)$load).first()",
        flavours=BLOCKING,
    ),
    _query("join", "user = QUERY.join(User.team).order_by(User.id).first()"),
    _query("one", "user = QUERY.filter(User.id == 1).one()"),
    _query("one_or_none", "user = QUERY.filter_by(id=1).one_or_none()"),
    _query("scalar", "user = QUERY.filter_by(id=1).scalar()"),
    _query("all", "user = QUERY.order_by(User.id).all()[0]"),
    _query("get", "user = QUERY.get(1)", never=_GET),
    _query("iterated", 'for user in QUERY.order_by(User.id):\n    print("found")'),
    _query("[0]", "user = QUERY.order_by(User.id)[0]"),
    _query("[:2]", "user = QUERY.order_by(User.id)[:2][0]"),
    _query("limit.all", "user = QUERY.order_by(User.id).limit(2).all()[0]"),
    _query("distinct.first", "user = QUERY.distinct().order_by(User.id).first()"),
    _query("populate_existing", "user = QUERY.populate_existing().first()"),
    _query("enable_eagerloads", "user = QUERY.enable_eagerloads(False).first()"),
    _query("with_for_update", "user = QUERY.with_for_update().first()"),
    Option(
        "query.two entities", "user, team = session.query(User, Team).join(User.team)$load.first()", flavours=BLOCKING
    ),
    _statement("stream", "async for row in await session.stream(ALL):\n    user = row.User", flavours=(ASYNC,)),
    _statement("stream.scalars.first", "user = await (await session.stream(ALL)).scalars().first()", flavours=(ASYNC,)),
    _statement(
        "stream.unique.scalars",
        "user = await (await session.stream(ALL)).unique().scalars().first()",
        flavours=(ASYNC,),
    ),
    _statement("stream.scalar_one", "user = await (await session.stream(ONE)).scalar_one()", flavours=(ASYNC,)),
    _statement("stream.first", "user = (await (await session.stream(ALL)).first())[0]", flavours=(ASYNC,)),
    _statement(
        "stream_scalars", 'async for user in await session.stream_scalars(ALL):\n    print("found")', flavours=(ASYNC,)
    ),
    _statement("stream_scalars.all", "user = (await (await session.stream_scalars(ALL)).all())[0]", flavours=(ASYNC,)),
    _statement("stream_scalars.one", "user = await (await session.stream_scalars(ONE)).one()", flavours=(ASYNC,)),
    _statement(
        "yield_per",
        'for user in session.scalars(ALL.execution_options(yield_per=5)):\n    print("found")',
        flavours=(SYNC,),
    ),
    _statement("exec.first", "user = session.exec(ALL).first()", flavours=(SQLMODEL,)),
    _statement("exec.one", "user = session.exec(ONE).one()", flavours=(SQLMODEL,)),
    _statement("exec.one_or_none", "user = session.exec(ONE).one_or_none()", flavours=(SQLMODEL,)),
    _statement("exec.all", "user = session.exec(ALL).all()[0]", flavours=(SQLMODEL,)),
    _statement("exec.unique.all", "user = session.exec(ALL).unique().all()[0]", flavours=(SQLMODEL,)),
    _statement("exec, iterated", 'for user in session.exec(ALL):\n    print("found")', flavours=(SQLMODEL,)),
    _statement(
        "exec, two entities",
        "user, team = session.exec(select(User, Team).join(User.team)$load).first()",
        flavours=(SQLMODEL,),
    ),
    _statement(
        "execute.yield_per",
        'for (user,) in $await(session.execute(ALL)).yield_per(5):\n    print("found")',
        flavours=BLOCKING,
    ),
    _statement(
        "scalars.yield_per",
        'for user in $await(session.scalars(ALL)).yield_per(5):\n    print("found")',
        flavours=BLOCKING,
    ),
    _statement(
        "stream.partitions",
        "async for rows in (await session.stream(ALL)).partitions(5):\n    user = rows[0][0]",
        flavours=(ASYNC,),
    ),
    _statement(
        "stream_scalars.partitions",
        "async for users in (await session.stream_scalars(ALL)).partitions(5):\n    user = users[0]",
        flavours=(ASYNC,),
    ),
    _statement(
        "stream.mappings", 'user = (await (await session.stream(ALL)).mappings().first())["User"]', flavours=(ASYNC,)
    ),
    _statement("stream.fetchmany", "user = (await (await session.stream(ALL)).fetchmany(1))[0][0]", flavours=(ASYNC,)),
    _statement(
        "sync_session",
        "user = await session.run_sync(lambda sync: sync.get(User, 1))",
        flavours=(ASYNC,),
        only=_UNLOADED,
    ),
    _statement("list", "users = $await(session.scalars(ALL)).all()\nuser = users[-1]"),
    _statement("dict", "by_id = {each.id: each for each in $await session.scalars(ALL)}\nuser = by_id[1]"),
    _statement("comprehension", "users = [each for each in $await session.scalars(ALL)]\nuser = users[0]"),
    _statement("comprehension of rows", "users = [row[0] for row in $await session.execute(ALL)]\nuser = users[0]"),
    _statement("generator", "user = next(each for each in $await session.scalars(ALL) if each.id == 1)"),
    _statement("sorted", "user = sorted($await session.scalars(ALL), key=lambda each: each.id)[0]"),
    Option("new", 'user = User(name="new")', only=_UNLOADED),
    Option("new, added", 'user = User(name="new")\nsession.add(user)', only=_UNLOADED),
    Option(
        "new, added with children",
        'user = User(name="new", posts=[Post(title="first")])\nsession.add(user)',
        only=_UNLOADED,
    ),
    Option("new with a parent", 'user = User(name="new", team=Team(name="blue"))\nsession.add(user)', only=_UNLOADED),
    Option("new, add_all", 'user = User(name="new")\nsession.add_all([user, User(name="other")])', only=_UNLOADED),
    Option("new, flushed", 'user = User(name="new")\nsession.add(user)\n$await session.flush()', only=_UNLOADED),
    Option("new, committed", 'user = User(name="new")\nsession.add(user)\n$await session.commit()', only=_UNLOADED),
    Option("merged", 'user = $await session.merge(User(id=1, name="merged"))', only=_UNLOADED),
    Option("merged, not loaded", 'user = $await session.merge(User(id=1, name="merged"), load=True)', only=_UNLOADED),
    Option("merged new", 'user = $await session.merge(User(id=77, name="merged"))', only=_UNLOADED),
    Option("by relationship", "post = $await session.get(Post, 1)\nuser = post.user", only=_UNLOADED),
    Option(
        "by loaded relationship",
        "post = $await session.get(Post, 1, options=[joinedload(Post.user)])\nuser = post.user",
        only=_UNLOADED,
    ),
    Option(
        "identity map", "first = $await session.get(User, 1$getload)\nuser = $await session.get(User, 1)", never=_GET
    ),
    Option("copy of a name", "found = $await session.get(User, 1$getload)\nuser = found", never=_GET),
    Option("found or made", 'user = $await session.get(User, 1$getload) or User(name="made")', never=_GET),
)
