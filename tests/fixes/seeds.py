"""Small programs with one defect each, and what their repair makes of them."""

from __future__ import annotations

HEAD = '''\
from __future__ import annotations

from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    posts: Mapped[list[Post]] = relationship(back_populates="author")


class Post(Base):
    __tablename__ = "post"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    author: Mapped[User | None] = relationship(back_populates="posts")


engine = create_engine("sqlite://")


'''

#: By name: the code, the defect, and the repaired function; imports that the repair adds are in SEED_IMPORTS.
SEEDS: dict[str, tuple[str, str, str]] = {
    "scalars": (
        "ROW001",
        "def f(session: Session) -> str:\n"
        "    user = session.execute(select(User)).first()  # the first\n"
        "    return user.name\n",
        "def f(session: Session) -> str:\n"
        "    user = session.execute(select(User)).scalars().first()  # the first\n"
        "    return user.name\n",
    ),
    "scalars in a fluent chain": (
        "ROW001",
        "def f(session: Session) -> str:\n"
        "    user = (\n"
        "        session.execute(select(User))  # all of them\n"
        "        # but one\n"
        "        .one()\n"
        "    )\n"
        "    return user.name\n",
        "def f(session: Session) -> str:\n"
        "    user = (\n"
        "        session.execute(select(User))  # all of them\n"
        "        # but one\n"
        "        .scalars()\n"
        "        .one()\n"
        "    )\n"
        "    return user.name\n",
    ),
    "rows unwrapped": (
        "ROW001",
        "def f(session: Session) -> str:\n"
        "    user = session.execute(select(User)).first()\n"
        '    return f"{user.User.id}" + user[0].name + user.name\n',
        "def f(session: Session) -> str:\n"
        "    user = session.execute(select(User)).scalars().first()\n"
        '    return f"{user.id}" + user.name + user.name\n',
    ),
    "a handler in one line": (
        "EXC001",
        "def f(session: Session) -> User | None:\n"
        "    try:\n"
        "        return session.get(User, 1)\n"
        "    except Exception: return None  # nobody knows\n",
        "def f(session: Session) -> User | None:\n"
        "    try:\n"
        "        return session.get(User, 1)\n"
        "    except Exception: raise  # nobody knows\n",
    ),
    "a handler that logs": (
        "EXC003",
        "def f(session: Session) -> None:\n"
        "    try:\n"
        "        session.add(User(name='ada'))\n"
        "        session.commit()\n"
        "    except Exception as error:\n"
        "        session.rollback()\n"
        "        print(error)  # tell\n",
        "def f(session: Session) -> None:\n"
        "    try:\n"
        "        session.add(User(name='ada'))\n"
        "        session.commit()\n"
        "    except Exception as error:\n"
        "        session.rollback()\n"
        "        print(error)  # tell\n"
        "        raise\n",
    ),
    "a commit before the return": (
        "COMMIT001",
        "def f(name: str) -> int:\n"
        "    with Session(engine) as session:\n"
        "        user = User(name=name)\n"
        "        session.add(user)\n"
        "        session.flush()\n"
        "        # the key is there now\n"
        "        return user.id\n",
        "def f(name: str) -> int:\n"
        "    with Session(engine) as session:\n"
        "        user = User(name=name)\n"
        "        session.add(user)\n"
        "        session.flush()\n"
        "        session.commit()\n"
        "        # the key is there now\n"
        "        return user.id\n",
    ),
    "a commit in a block of one line": (
        "COMMIT001",
        "def f(name: str) -> None:\n    with Session(engine) as session: session.add(User(name=name))  # add\n",
        "def f(name: str) -> None:\n"
        "    with Session(engine) as session: session.add(User(name=name)); session.commit()  # add\n",
    ),
    "the early return commits": (
        "COMMIT001",
        "def f(name: str, quick: bool) -> str:\n"
        "    with Session(engine) as session:\n"
        "        session.add(User(name=name))\n"
        "        if quick:\n"
        "            return 'quick'\n"
        "        session.commit()\n"
        "    return 'slow'\n",
        "def f(name: str, quick: bool) -> str:\n"
        "    with Session(engine) as session:\n"
        "        session.add(User(name=name))\n"
        "        if quick:\n"
        "            session.commit()\n"
        "            return 'quick'\n"
        "        session.commit()\n"
        "    return 'slow'\n",
    ),
    "a loader for a select": (
        "SCOPE002",
        "def f() -> int:\n"
        "    with Session(engine) as session:\n"
        "        user = session.scalars(select(User).where(User.id == 1)).one()\n"
        "    return len(user.posts)\n",
        "def f() -> int:\n"
        "    with Session(engine) as session:\n"
        "        user = session.scalars(select(User).where(User.id == 1).options(selectinload(User.posts))).one()\n"
        "    return len(user.posts)\n",
    ),
    "a loader for a query over several lines": (
        "SCOPE002",
        "def f() -> str:\n"
        "    with Session(engine) as session:\n"
        "        post = (\n"
        "            session.query(Post)\n"
        "            .filter_by(id=1)  # the first\n"
        "            .one()\n"
        "        )\n"
        "    return post.author.name\n",
        "def f() -> str:\n"
        "    with Session(engine) as session:\n"
        "        post = (\n"
        "            session.query(Post)\n"
        "            .filter_by(id=1)\n"
        "            .options(joinedload(Post.author))  # the first\n"
        "            .one()\n"
        "        )\n"
        "    return post.author.name\n",
    ),
    "a loader for a get": (
        "SCOPE002",
        "def f() -> int:\n"
        "    with Session(engine) as session:\n"
        "        user = session.get_one(\n"
        "            User,  # whom\n"
        "            1,  # which\n"
        "        )\n"
        "    return len(user.posts)\n",
        "def f() -> int:\n"
        "    with Session(engine) as session:\n"
        "        user = session.get_one(\n"
        "            User,  # whom\n"
        "            1,  # which\n"
        "            options=[selectinload(User.posts)],\n"
        "        )\n"
        "    return len(user.posts)\n",
    ),
    "a refresh": (
        "SCOPE001",
        "def f(name: str) -> str:\n"
        "    with Session(engine) as session:\n"
        "        user = User(name=name)\n"
        "        session.add(user)\n"
        "        session.commit()  # keep\n"
        "    return user.name\n",
        "def f(name: str) -> str:\n"
        "    with Session(engine) as session:\n"
        "        user = User(name=name)\n"
        "        session.add(user)\n"
        "        session.commit()  # keep\n"
        "        session.refresh(user)\n"
        "    return user.name\n",
    ),
}

#: What the import of `sqlalchemy.orm` becomes where the repair adds a name to it.
SEED_IMPORTS = {
    "a loader for a select": "selectinload",
    "a loader for a query over several lines": "joinedload",
    "a loader for a get": "selectinload",
}


def before(name: str) -> str:
    """The whole program with the defect."""
    return HEAD + SEEDS[name][1]


def after(name: str) -> str:
    """The whole program, repaired."""
    head = HEAD
    if name in SEED_IMPORTS:
        names = ["DeclarativeBase", "Mapped", "Session", *sorted(["mapped_column", "relationship", SEED_IMPORTS[name]])]
        old = "DeclarativeBase, Mapped, Session, mapped_column, relationship"
        head = head.replace(old, ", ".join(names))
    return head + SEEDS[name][2]
