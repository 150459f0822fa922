"""SQLModel is SQLAlchemy: the helpers serve its classes and its sessions. (It reads annotations as they are.)"""

from typing import Optional

import pytest
from sqlalchemy.exc import InvalidRequestError

from sessile.helpers.session_helpers import get_or_create, model_to_dict, query_all, query_one

sqlmodel = pytest.importorskip("sqlmodel")


class Hero(sqlmodel.SQLModel, table=True):
    id: int | None = sqlmodel.Field(default=None, primary_key=True)
    name: str = sqlmodel.Field(unique=True)
    team_id: int | None = sqlmodel.Field(default=None, foreign_key="team.id")
    team: Optional["Team"] = sqlmodel.Relationship(back_populates="heroes")


class Team(sqlmodel.SQLModel, table=True):
    id: int | None = sqlmodel.Field(default=None, primary_key=True)
    heroes: list[Hero] = sqlmodel.Relationship(back_populates="team")

    @property
    def size(self) -> int:
        return len(self.heroes)


@pytest.fixture
def session(engine):
    sqlmodel.SQLModel.metadata.create_all(engine)
    with sqlmodel.Session(engine) as session:
        session.add(Team(heroes=[Hero(name="Deadpond")]))
        session.commit()
        yield session


def test_expired_instance_is_complete_where_model_dump_is_empty(session):
    team = query_one(session, sqlmodel.select(Team), Team)
    session.commit()
    assert team.model_dump() == {}
    assert model_to_dict(team, include=["heroes", "size"]) == {
        "id": 1,
        "heroes": [{"id": 1, "name": "Deadpond", "team_id": 1}],
        "size": 1,
    }


def test_queries_and_creation(session):
    assert get_or_create(session, Hero, name="Deadpond")[1] is False
    assert get_or_create(session, Hero, name="Rusty")[1] is True
    assert query_all(session, sqlmodel.select(Hero.name).order_by(Hero.id)) == ["Deadpond", "Rusty"]


def test_class_that_is_no_table(session):
    class Plain(sqlmodel.SQLModel):
        name: str

    with pytest.raises(TypeError, match="a Plain"):
        model_to_dict(Plain(name="x"))
    with pytest.raises(InvalidRequestError):
        session.get(Plain, 1)
