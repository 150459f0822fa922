from __future__ import annotations

import dataclasses
from typing import Optional

from sqlalchemy import Column, ForeignKey, Identity, Integer, MetaData, String, Table
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    MappedAsDataclass,
    composite,
    declared_attr,
    mapped_column,
    registry,
    relationship,
)


class Base(MappedAsDataclass, DeclarativeBase):
    pass


class HasName(MappedAsDataclass):
    name: Mapped[str] = mapped_column(String(20))

    @declared_attr.directive
    def __tablename__(cls) -> str:
        return cls.__name__.lower()


class HasOwner(MappedAsDataclass):
    owner_id: Mapped[int] = mapped_column(ForeignKey("owner.id"), init=False)

    @declared_attr
    def owner(cls) -> Mapped[Owner]:
        return relationship(lazy="joined", init=False)


class Owner(HasName, Base):
    id: Mapped[int] = mapped_column(Identity(), primary_key=True, init=False)
    pets: Mapped[list[Pet]] = relationship(
        default_factory=list, viewonly=True, foreign_keys="Pet.owner_id", order_by="Pet.id"
    )


class Pet(HasName, HasOwner, Base):
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    kind: Mapped[str] = mapped_column(init=False)
    mother_id: Mapped[int | None] = mapped_column(ForeignKey("pet.id"), default=None)
    mother: Mapped[Optional[Pet]] = relationship(remote_side="Pet.id", default=None)

    @declared_attr.directive
    def __mapper_args__(cls):
        if cls.__name__ == "Pet":
            return {"polymorphic_on": "kind", "polymorphic_identity": "pet"}
        return {"polymorphic_identity": cls.__name__.lower()}


class Dog(Pet):
    __tablename__ = None
    tricks: Mapped[str | None] = mapped_column(default=None, use_existing_column=True)


reg = registry()


@dataclasses.dataclass
class Size:
    width: int
    height: int


@reg.mapped_as_dataclass
class Box:
    __tablename__ = "box"
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    size: Mapped[Size] = composite(mapped_column("width"), mapped_column("height"))

    @hybrid_property
    def area(self) -> int:
        return self.size.width * self.size.height


@registry().mapped
class Event:
    __table__ = Table(
        "event",
        MetaData(),
        Column("id", Integer, primary_key=True),
        Column("note", String, nullable=False, server_default="?"),
    )
    id: Mapped[int]
    note: Mapped[Optional[str]]
