"""The mapped classes of every program: a team has users, a user has posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .text import filled

if TYPE_CHECKING:
    from .option import Option

_CLASSIC = """
Base = declarative_base()


class Team(Base):
    __tablename__ = "team"
    id = Column(Integer, primary_key=True)
    name = Column(String)


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    name = Column(String)
    bio = deferred(Column(String))
    team_id = Column(ForeignKey("team.id"))
    team = relationship("Team"TEAM)
    posts = relationship("Post", back_populates="user"POSTS)

    {members}


class Post(Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    title = Column(String)
    user_id = Column(ForeignKey("user.id"))
    user = relationship("User", back_populates="posts")
"""
_ANNOTATED = """
class Base(BASES):
    pass


class Team(Base):
    __tablename__ = "team"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    bio: Mapped[Optional[str]] = mapped_column(deferred=True)
    team_id: Mapped[Optional[int]] = mapped_column(ForeignKey("team.id"))
    team: Mapped[Optional[Team]] = relationship(ONLYTEAM)
    posts: COLLECTION = relationship(back_populates="user"POSTS)

    {members}


class Post(Base):
    __tablename__ = "post"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    user_id: Mapped[Optional[int]] = mapped_column(ForeignKey("user.id"))
    user: Mapped[Optional[User]] = relationship(back_populates="posts")
"""
_SQLMODEL = """
class Team(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    name: str


class User(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    name: str
    team_id: Optional[int] = Field(default=None, foreign_key="team.id")
    team: Optional[Team] = Relationship(TEAM)
    posts: list["Post"] = Relationship(back_populates="user"POSTS)

    {members}


class Post(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    title: str
    user_id: Optional[int] = Field(default=None, foreign_key="user.id")
    user: Optional[User] = Relationship(back_populates="posts")
"""
_COLLECTIONS = {"dynamic": 'DynamicMapped["Post"]', "write_only": 'WriteOnlyMapped["Post"]'}


def models(style: str, mapping: Option, members: str, *, awaits: bool) -> str:
    """The classes in one style: `classic`, `annotated` or `sqlmodel`."""
    posts, team = mapping.part("posts"), mapping.part("team")
    if style == "sqlmodel":
        return filled(_put(_SQLMODEL, POSTS=_kwargs(posts, ", "), TEAM=_kwargs(team, "")), members=members)
    lazy = {"POSTS": _lazy(posts, ", "), "ONLYTEAM": _lazy(team, ""), "TEAM": _lazy(team, ", ")}
    if style == "classic":
        return filled(_put(_CLASSIC, **lazy), members=members)
    bases = "AsyncAttrs, DeclarativeBase" if awaits else "DeclarativeBase"
    collection = _COLLECTIONS.get(posts, 'Mapped[list["Post"]]')
    return filled(_put(_ANNOTATED, BASES=bases, COLLECTION=collection, **lazy), members=members)


def _put(template: str, **words: str) -> str:
    for word, text in words.items():
        template = template.replace(word, text)
    return template


def _lazy(value: str, gap: str) -> str:
    return f'{gap}lazy="{value}"' if value else ""


def _kwargs(value: str, gap: str) -> str:
    return f'{gap}sa_relationship_kwargs={{"lazy": "{value}"}}' if value else ""
