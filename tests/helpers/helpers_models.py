"""Mapped classes of every shape that the helpers promise to handle, in syntax that SQLAlchemy 1.4 understands too."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import JSON, Column, DateTime, ForeignKey, Integer, String, Text, UniqueConstraint, case, func, select
from sqlalchemy.ext.associationproxy import association_proxy
from sqlalchemy.ext.hybrid import hybrid_method, hybrid_property
from sqlalchemy.ext.mutable import MutableDict
from sqlalchemy.orm import (
    backref,
    column_property,
    composite,
    declarative_base,
    deferred,
    relationship,
    synonym,
)
from sqlalchemy.orm.collections import attribute_mapped_collection

Base = declarative_base()


@dataclass
class Point:
    x: int
    y: int

    def __composite_values__(self) -> tuple[int, int]:
        return self.x, self.y


class User(Base):
    __tablename__ = "users"

    id = Column(Integer, primary_key=True)
    email = Column(String(80), nullable=False, unique=True)
    first = Column(String(40))
    last_name = Column("surname", String(40))
    biography = deferred(Column(Text))
    settings = Column(MutableDict.as_mutable(JSON))
    tags = Column(JSON)
    created_at = Column(DateTime, server_default=func.current_timestamp())
    x = Column(Integer)
    y = Column(Integer)

    place = composite(Point, x, y)
    mail = synonym("email")
    posts = relationship("Post", back_populates="author", order_by="Post.id")
    titles = association_proxy("posts", "title")
    notes = relationship("Note", lazy="dynamic")
    by_title = relationship("Post", collection_class=attribute_mapped_collection("title"), viewonly=True)
    badges = relationship("Badge", lazy="joined", collection_class=set, backref=backref("user"))
    guarded = relationship("Note", lazy="raise", viewonly=True)

    @hybrid_property
    def full_name(self):
        return self.first + " " + self.last_name

    @hybrid_property
    def shouted(self):
        return self.first.upper()  # has no meaning for a column, so asking the class for it raises

    @hybrid_method
    def is_called(self, name):
        return self.first == name

    @property
    def initial(self) -> str:
        return self.first[0]

    @property
    def latest_post(self) -> Post | None:
        return self.posts[-1] if self.posts else None


class Post(Base):
    __tablename__ = "posts"

    id = Column(Integer, primary_key=True)
    title = Column(String(80), nullable=False)
    author_id = Column(ForeignKey("users.id"))
    author = relationship(User, back_populates="posts")


class Note(Base):
    __tablename__ = "notes"

    id = Column(Integer, primary_key=True)
    text = Column(String(80))
    user_id = Column(ForeignKey("users.id"))


class Badge(Base):
    __tablename__ = "badges"
    __table_args__ = (UniqueConstraint("user_id", "name"),)

    id = Column(Integer, primary_key=True)
    name = Column(String(40))
    user_id = Column(ForeignKey("users.id"))


User.post_count = column_property(
    select(func.count(Post.id)).where(Post.author_id == User.id).correlate_except(Post).scalar_subquery()
)


class Line(Base):
    """A composite primary key, mapped in another order than it is declared, under other names."""

    __tablename__ = "lines"

    number = Column("no", Integer, primary_key=True, autoincrement=False)
    order_id = Column("order", Integer, primary_key=True, autoincrement=False)
    article = Column(String(40))


class Employee(Base):
    __tablename__ = "employees"

    id = Column(Integer, primary_key=True)
    name = Column(String(40))
    kind = Column(String(20))

    __mapper_args__ = {"polymorphic_on": kind, "polymorphic_identity": "employee"}  # noqa: RUF012


class Engineer(Employee):
    __tablename__ = "engineers"

    id = Column(ForeignKey("employees.id"), primary_key=True)
    language = Column(String(40))

    __mapper_args__ = {"polymorphic_identity": "engineer"}  # noqa: RUF012


class Manager(Employee):
    budget = Column(Integer)  # single-table: a column of the employees

    __mapper_args__ = {"polymorphic_identity": "manager"}  # noqa: RUF012


class Shape(Base):
    """Its discriminator is an expression, for which SQLAlchemy maps an attribute of its own making."""

    __tablename__ = "shapes"

    id = Column(Integer, primary_key=True)
    sides = Column(Integer)

    __mapper_args__ = {  # noqa: RUF012
        "polymorphic_on": case((sides == 4, "square"), else_="shape"),
        "polymorphic_identity": "shape",
    }


class Tag(Base):
    __tablename__ = "tags"

    id = Column(Integer, primary_key=True)
    name = Column(String(40), nullable=False, unique=True)
    colour = Column(String(20), nullable=False)


def ann() -> User:
    """A user with two posts, a note and a badge."""
    user = User(
        email="ann@example.org",
        first="Ann",
        last_name="Lee",
        biography="long",
        settings={"theme": {"dark": True}},
        tags=["a", "b"],
        x=1,
        y=2,
    )
    user.posts = [Post(title="one"), Post(title="two")]
    user.notes.append(Note(text="n"))
    user.badges = {Badge(name="early")}
    return user
