import datetime

import sqlalchemy as sa
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Integer,
    PickleType,
    String,
    Table,
    Text,
    func,
    select,
    text,
)
from sqlalchemy.ext.associationproxy import association_proxy
from sqlalchemy.ext.hybrid import hybrid_method, hybrid_property
from sqlalchemy.ext.mutable import MutableDict, MutableList
from sqlalchemy.orm import backref, column_property, deferred, relationship, synonym, validates

try:
    from sqlalchemy.orm import declarative_base
except ImportError:
    from sqlalchemy.ext.declarative import declarative_base

Base = declarative_base()

post_tag = Table(
    "post_tag",
    Base.metadata,
    Column("post_id", ForeignKey("post.id"), primary_key=True),
    Column("tag_id", ForeignKey("tag.id"), primary_key=True),
)


class Timestamped:
    created = Column(DateTime, server_default=func.now(), nullable=False)
    touched = Column(DateTime, default=datetime.datetime.utcnow, onupdate=datetime.datetime.utcnow)
    stamped = Column(DateTime, onupdate=func.now())


class User(Timestamped, Base):
    __tablename__ = "user"
    __table_args__ = (sa.UniqueConstraint("user_name"), {"comment": "people"})

    id = Column(Integer, primary_key=True)
    name = Column("user_name", String(50), nullable=False)
    active = Column(Boolean, server_default=text("1"))
    biography = deferred(Column(Text))
    secret = deferred(Column(Text), group="secrets", raiseload=True)
    settings = Column(JSON)
    tracked = Column(MutableDict.as_mutable(JSON))
    tags_seen = Column(MutableList.as_mutable(PickleType()), default=list)
    blob = Column(PickleType)
    random = Column(Integer, default=func.random())
    doubled = Column(Integer, sa.Computed("id * 2"))
    shout = column_property(func.upper(name))
    whisper = column_property(func.lower(name), deferred=True)
    both = column_property(Column("both_column", String), doc="a column after all")
    nick = synonym("name")

    posts = relationship("Post", back_populates="author", order_by="Post.id")
    profile = relationship("Profile", backref="user", uselist=False, lazy="joined")
    drafts = relationship("Draft", backref=backref("writer", lazy="joined"), lazy="dynamic")
    titles = association_proxy("posts", "title")
    first_post = relationship(
        "Post", primaryjoin="and_(User.id == Post.author_id, Post.first)", viewonly=True, uselist=False, lazy=True
    )

    LIMIT = 10

    @hybrid_property
    def initials(self):
        return self.name[:1]

    @initials.expression
    def initials(cls):
        return func.substr(cls.name, 1, 1)

    @hybrid_method
    def older(self, other):
        return self.id < other

    @property
    def first_title(self):
        return self.posts[0].title

    @validates("name")
    def _check(self, key, value):
        return value

    def __repr__(self):
        return f"<User {self.name}>"


class Profile(Base):
    __tablename__ = "profile"
    user_id = Column(ForeignKey(User.id), primary_key=True)
    text = Column(Text)


class Draft(Base):
    __tablename__ = "draft"
    id = Column(Integer, primary_key=True)
    writer_id = Column(Integer, ForeignKey("user.id"))


class Post(Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    title = Column(String, server_default="untitled")
    first = Column(Boolean)
    author_id = Column(ForeignKey("user.id", ondelete="CASCADE"), nullable=False)
    author = relationship(User, back_populates="posts", lazy="raise")
    tags = relationship("Tag", secondary=post_tag, backref="posts", lazy="selectin")
    comments = relationship(lambda: Comment, lazy="raise_on_sql", cascade="all, delete-orphan")


class Tag(Base):
    __tablename__ = "tag"
    id = Column(Integer, primary_key=True)
    label = Column(String)


class Comment(Base):
    __tablename__ = "comment"
    id = Column(Integer, primary_key=True)
    post_id = Column(Integer, ForeignKey("post.id"))
    parent_id = Column(Integer, ForeignKey("comment.id"))
    post = relationship("Post", lazy=False, viewonly=True)
    parent = relationship("Comment", remote_side=[id], back_populates="replies")
    replies = relationship("Comment", back_populates="parent", join_depth=2)


User.post_count = column_property(
    select(func.count(Post.id)).where(Post.author_id == User.id).correlate_except(Post).scalar_subquery()
)

User.whisper_twice = column_property(func.lower(User.name), expire_on_flush=False)
