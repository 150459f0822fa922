"""What the loop goes over: `{}` is the body of the loop, `user` its variable."""

from __future__ import annotations

from ..option import ASYNC, SQLMODEL, SYNC, Option

BLOCKING = (SYNC, SQLMODEL)
_LOOP = "for user in users:\n    {}"
_ALL = "$await(session.scalars(select(User)$load)).unique().all()"

OPTIONS = (
    Option("scalars.all", f"users = {_ALL}\n{_LOOP}", weight=4),
    Option("scalars.all at once", "for user in $await(session.scalars(select(User)$load)).unique().all():\n    {}"),
    Option("scalars", "for user in $await(session.scalars(select(User)$load)).unique():\n    {}"),
    Option(
        "execute.scalars.all", f"users = $await(session.execute(select(User)$load)).unique().scalars().all()\n{_LOOP}"
    ),
    Option(
        "rows", "for row in $await(session.execute(select(User)$load)).unique().all():\n    user = row.User\n    {}"
    ),
    Option("unpacked rows", "for (user,) in $await(session.execute(select(User)$load)).unique():\n    {}"),
    Option("exec", "users = session.exec(select(User)$load).unique().all()\n" + _LOOP, flavours=(SQLMODEL,)),
    Option("query.all", "users = session.query(User)$load.all()\n" + _LOOP, flavours=BLOCKING),
    Option("query", "for user in session.query(User)$load:\n    {}", flavours=BLOCKING),
    Option(
        "ordered, limited",
        f"users = $await(session.scalars(select(User)$load.order_by(User.id).limit(10))).unique().all()\n{_LOOP}",
    ),
    Option(
        "statement in a name",
        f"statement = select(User)$load\nusers = $await(session.scalars(statement)).unique().all()\n{_LOOP}",
    ),
    Option("list comprehension", f"users = [each for each in {_ALL}]\n{_LOOP}"),
    Option("dict", f"by_id = {{user.id: user for user in {_ALL}}}\nfor user in by_id.values():\n    {{}}"),
    Option("dict items", f"by_id = {{user.id: user for user in {_ALL}}}\nfor _, user in by_id.items():\n    {{}}"),
    Option("enumerate", f"for number, user in enumerate({_ALL}):\n    {{}}"),
    Option("sorted", f"for user in sorted({_ALL}, key=lambda each: each.id):\n    {{}}"),
    Option("reversed", f"for user in reversed({_ALL}):\n    {{}}"),
    Option("index", f"users = {_ALL}\nfor index in range(len(users)):\n    user = users[index]\n    {{}}"),
    Option("while", f"users = list({_ALL})\nwhile users:\n    user = users.pop()\n    {{}}"),
    Option(
        "of a callee",
        "for user in $await all_users(session):\n    {}",
        {"helpers": f"$async def all_users(session):\n    return {_ALL}"},
    ),
    Option("streamed", "async for user in await session.stream_scalars(select(User)$load):\n    {}", flavours=(ASYNC,)),
    Option(
        "by keys",
        "for number in (1, 2):\n    user = $await session.get(User, number$getload)\n    {}",
        never={"loading": ("contains_eager",)},
    ),
    Option("one only", "user = $await session.get(User, 1$getload)\n{}", never={"loading": ("contains_eager",)}),
)
