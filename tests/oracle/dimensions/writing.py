"""What the program writes."""

from __future__ import annotations

from ..option import ASYNC, SQLMODEL, SYNC, Option

BLOCKING = (SYNC, SQLMODEL)
_GET = "user = $await session.get(User, 1)\n"
_TWICE = 'session.add(User(id=1, name="twice"))\n    $await session.flush()'
_SAVEPOINT = """try:
    $async with session.begin_nested():
        session.add(User(id=1, name="twice"))
except IntegrityError:
    print("there already")
"""

OPTIONS = (
    Option("add", 'user = User(name="new")\nsession.add(user)'),
    Option("add, at once", 'session.add(User(name="new"))'),
    Option("add_all", 'session.add_all([User(name="new"), User(name="other")])'),
    Option("add in a loop", 'for name in ("new", "other"):\n    session.add(User(name=name))'),
    Option("add, flushed", 'user = User(name="new")\nsession.add(user)\n$await session.flush()\nprint(user.id)'),
    Option("add, set later", 'user = User(name="new")\nsession.add(user)\nuser.name = "newer"'),
    Option("add with children", 'session.add(User(name="new", posts=[Post(title="first")]))'),
    Option("attribute", _GET + 'user.name = "changed"'),
    Option("attribute, setattr", _GET + 'setattr(user, "name", "changed")'),
    Option("attribute, augmented", _GET + 'user.name += " changed"'),
    Option("attribute of a query's", 'user = $await(session.scalars(select(User))).first()\nuser.name = "changed"'),
    Option("attribute of each", 'for user in $await session.scalars(select(User)):\n    user.name = "changed"'),
    Option("attribute of a list's", "users = $await(session.scalars(select(User))).all()\nusers[0].name = 'changed'"),
    Option("attribute of a row's", "for row in $await session.execute(select(User)):\n    row.User.name = 'changed'"),
    Option(
        "attribute of a parameter", _GET + "rename(user)", {"helpers": 'def rename(user):\n    user.name = "changed"'}
    ),
    Option("attribute by method", _GET + "user.rename()", {"members": 'def rename(self):\n    self.name = "changed"'}),
    Option("parent", _GET + "user.team = $await session.get(Team, 2)"),
    Option("foreign key", _GET + "user.team_id = 2"),
    Option("child by parent", _GET + 'session.add(Post(title="more", user=user))'),
    Option("child by key", _GET + 'session.add(Post(title="more", user_id=user.id))'),
    Option("append", _GET + 'user.posts.append(Post(title="more"))', flavours=BLOCKING),
    Option(
        "append, loaded",
        _GET.replace("1)", "1, options=[selectinload(User.posts)])") + 'user.posts.append(Post(title="more"))',
    ),
    Option("remove", _GET.replace("1)", "1, options=[selectinload(User.posts)])") + "user.posts.remove(user.posts[0])"),
    Option("delete", "post = $await session.get(Post, 1)\n$await session.delete(post)"),
    Option("delete each", "for post in $await(session.scalars(select(Post))).all():\n    $await session.delete(post)"),
    Option("merge", '$await session.merge(User(id=1, name="merged"))'),
    Option("merge new", '$await session.merge(User(id=77, name="merged"))'),
    Option("update statement", '$await session.execute(update(User).where(User.id == 1).values(name="bulk"))'),
    Option("delete statement", "$await session.execute(delete(Post).where(Post.id == 1))"),
    Option("insert statement", '$await session.execute(insert(User).values(name="bulk"))'),
    Option("insert many", '$await session.execute(insert(User), [{"name": "one"}, {"name": "two"}])'),
    Option("text", "$await session.execute(text(\"UPDATE user SET name = 'bulk'\"))"),
    Option("statement in a name", 'statement = update(User).values(name="bulk")\n$await session.execute(statement)'),
    Option("update by exec", 'session.exec(update(User).values(name="bulk"))', flavours=(SQLMODEL,)),
    Option("query.update", 'session.query(User).filter(User.id == 1).update({"name": "bulk"})', flavours=BLOCKING),
    Option("query.delete", "session.query(Post).filter_by(id=1).delete()", flavours=BLOCKING),
    Option("bulk_save_objects", 'session.bulk_save_objects([User(name="new")])', flavours=BLOCKING),
    Option("bulk_insert_mappings", 'session.bulk_insert_mappings(User, [{"name": "new"}])', flavours=BLOCKING),
    Option("sqlmodel_update", _GET + 'user.sqlmodel_update({"name": "changed"})', flavours=(SQLMODEL,)),
    Option("nested", '$async with session.begin_nested():\n    session.add(User(name="new"))'),
    Option("no_autoflush", 'with session.no_autoflush:\n    session.add(User(name="new"))'),
    Option("run_sync", 'await session.run_sync(lambda sync: sync.add(User(name="new")))', flavours=(ASYNC,)),
    Option("found or made", _GET.strip() + ' or User(name="made")\nuser.name = "changed"\nsession.add(user)'),
    Option("only read", _GET + "print(user.name)"),
    Option("only selected", "for user in $await session.scalars(select(User)):\n    print(user.name)"),
    Option("not added", 'user = User(name="new")\nprint(user.name)'),
    Option("fails, caught", f'try:\n    {_TWICE}\nexcept IntegrityError:\n    print("there already")'),
    Option(
        "fails, rolled back",
        f"try:\n    {_TWICE}\nexcept IntegrityError:\n    $await session.rollback()",
    ),
    Option(
        "fails in a SAVEPOINT",
        _SAVEPOINT,
    ),
    Option(
        "fails, raised",
        f'try:\n    {_TWICE}\nexcept IntegrityError as error:\n    raise ValueError("there already") from error',
    ),
)
