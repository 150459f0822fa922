from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, List, Optional, Set

from sqlalchemy import JSON, Computed, FetchedValue, ForeignKey, Integer, String, func, orm
from sqlalchemy.ext.associationproxy import AssociationProxy, association_proxy
from sqlalchemy.ext.asyncio import AsyncAttrs
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.ext.mutable import MutableDict
from sqlalchemy.orm import (
    DeclarativeBase,
    DynamicMapped,
    Mapped,
    MappedSQLExpression,
    WriteOnlyMapped,
    attribute_keyed_dict,
    column_property,
    composite,
    deferred,
    mapped_column,
    query_expression,
    relationship,
    synonym,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

intpk = Annotated[int, mapped_column(primary_key=True)]
stamp = Annotated[datetime.datetime, mapped_column(server_default=func.now(), onupdate=func.now())]
optional_text = Annotated[Optional[str], mapped_column(deferred=True)]


class Base(AsyncAttrs, DeclarativeBase):
    type_annotation_map: ClassVar = {dict[str, Any]: JSON}


class Point:
    def __init__(self, x: int, y: int) -> None:
        self.x, self.y = x, y

    def __composite_values__(self) -> tuple[int, int]:
        return self.x, self.y


class User(Base):
    __tablename__ = "user"

    id: Mapped[intpk]
    name: Mapped[str] = mapped_column("user_name", String(30))
    nickname: Mapped[Optional[str]]
    email: Mapped[str | None] = mapped_column(deferred=True, deferred_raiseload=True)
    essay: Mapped[str] = deferred(mapped_column(nullable=True))
    note: Mapped[optional_text]
    created: Mapped[stamp]
    changed: Mapped[int] = mapped_column(server_onupdate=FetchedValue(), server_default=FetchedValue())
    double: Mapped[int] = mapped_column(Computed("id * 2"))
    data: Mapped[dict[str, Any]]
    tracked: Mapped[dict[str, Any]] = mapped_column(MutableDict.as_mutable(JSON))
    upper: Mapped[str] = column_property(func.upper(name))
    late: MappedSQLExpression[int] = column_property(func.length(name), deferred=True)
    score: Mapped[int] = query_expression()
    x: Mapped[int] = mapped_column(default=0)
    y: Mapped[int] = mapped_column(insert_default=0)
    point: Mapped[Point] = composite("x", "y")
    nick: Mapped["Optional[str]"] = synonym("nickname")
    TABLES: ClassVar[dict[str, str]] = {}

    posts: Mapped[List["Post"]] = relationship(back_populates="author", lazy="selectin")
    archive: WriteOnlyMapped[Post] = relationship(viewonly=True)
    feed: DynamicMapped[Post] = relationship(viewonly=True)
    address: Mapped[Optional["Address"]] = relationship(back_populates="user")
    notes: Mapped[dict[str, "Note"]] = relationship(collection_class=attribute_keyed_dict("key"))
    groups: Mapped[Set["Group"]] = relationship(secondary="membership", back_populates="users")
    titles: AssociationProxy[list[str]] = association_proxy("posts", "title")

    @hybrid_property
    def label(self) -> str:
        return self.name

    @label.inplace.setter
    def _label_setter(self, value: str) -> None:
        self.name = value

    @property
    def words(self) -> Iterable[str]:
        return self.name.split()


class Post(Base):
    __tablename__ = "post"
    id = mapped_column(Integer, primary_key=True)
    title: Mapped[str] = orm.mapped_column(server_default="?")
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    author: Mapped[User] = relationship(back_populates="posts", lazy="raise", innerjoin=True)


class Address(Base):
    __tablename__ = "address"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    user: Mapped[Optional["User"]] = relationship(back_populates="address", lazy="joined")


class Note(Base):
    __tablename__ = "note"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))


class Membership(Base):
    __tablename__ = "membership"
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"), primary_key=True)


class Group(Base):
    __tablename__ = "group"
    id: Mapped[int] = mapped_column(primary_key=True)
    users: Mapped[Set[User]] = relationship(secondary=Membership.__table__, back_populates="groups", lazy="noload")
