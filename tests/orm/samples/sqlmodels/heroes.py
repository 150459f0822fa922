from datetime import datetime
from typing import Any, List, Optional

from pydantic import BaseModel, computed_field
from sqlalchemy import JSON, Column, String, func
from sqlmodel import Field, Relationship, SQLModel


class HeroTeamLink(SQLModel, table=True):
    hero_id: Optional[int] = Field(default=None, foreign_key="hero.id", primary_key=True)
    team_id: int | None = Field(default=None, foreign_key="team.id", primary_key=True)


class HeroBase(SQLModel):
    name: str = Field(index=True)
    secret_name: str
    age: int | None = None


class Hero(HeroBase, table=True):
    id: int | None = Field(default=None, primary_key=True)
    rank: int = Field(default=0, nullable=False)
    title: str | None = Field(
        default=None, sa_column=Column("hero_title", String, server_default="none", nullable=False)
    )
    created: datetime | None = Field(
        default=None, sa_column_kwargs={"server_default": func.now(), "onupdate": func.now()}
    )
    extra: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    headquarters_id: int | None = Field(default=None, foreign_key="headquarters.id")
    headquarters: Optional["Headquarters"] = Relationship(back_populates="heroes")
    teams: List["Team"] = Relationship(
        back_populates="heroes", link_model=HeroTeamLink, sa_relationship_kwargs={"lazy": "selectin"}
    )

    @property
    def label(self) -> str:
        return self.name

    @computed_field
    @property
    def shout(self) -> str:
        return self.name.upper()


class HeroPublic(HeroBase):
    id: int


class Team(SQLModel, table=True):
    __tablename__ = "team"
    id: int | None = Field(default=None, primary_key=True)
    label: str
    heroes: list[Hero] = Relationship(back_populates="teams", link_model=HeroTeamLink)


class Headquarters(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    heroes: list["Hero"] = Relationship(
        back_populates="headquarters", sa_relationship_kwargs=dict(lazy="raise", viewonly=False), cascade_delete=True
    )


class HeroOut(BaseModel):
    name: str
