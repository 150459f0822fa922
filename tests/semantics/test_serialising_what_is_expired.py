"""What SQLModel and FastAPI make of an expired instance: an empty object, silently, or a failure."""

import pytest
from semantics_world import User, new_engine
from sqlalchemy import create_engine
from sqlalchemy.orm import Session, registry
from sqlalchemy.orm.exc import DetachedInstanceError
from sqlalchemy.pool import StaticPool

pydantic = pytest.importorskip("pydantic", reason="SQLModel does not exist before SQLAlchemy 2.0")
sqlmodel = pytest.importorskip("sqlmodel", reason="SQLModel does not exist before SQLAlchemy 2.0")


class OwnBase(sqlmodel.SQLModel, registry=registry()):
    pass


class Hero(OwnBase, table=True):
    id: int | None = sqlmodel.Field(default=None, primary_key=True)
    name: str


class HeroOut(sqlmodel.SQLModel):
    id: int
    name: str


@pytest.fixture
def engine():
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    OwnBase.metadata.create_all(engine)
    with sqlmodel.Session(engine) as session:
        session.add(Hero(id=1, name="ann"))
        session.commit()
    return engine


def expired(engine):
    session = sqlmodel.Session(engine)
    hero = session.get(Hero, 1)
    session.commit()
    return session, hero


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_dumping_an_expired_instance_gives_nothing(engine):
    session, hero = expired(engine)
    assert hero.model_dump() == {}
    assert hero.model_dump_json() == "{}"
    session.close()
    assert hero.model_dump() == {}


def test_the_text_of_an_expired_instance_is_empty(engine):
    session, hero = expired(engine)
    assert repr(hero) == "Hero()"
    session.close()


def test_validating_an_expired_instance_reads_it_while_attached(engine):
    session, hero = expired(engine)
    assert HeroOut.model_validate(hero).name == "ann"
    session.close()


def test_validating_an_expired_detached_instance_fails(engine):
    session, hero = expired(engine)
    session.close()
    with pytest.raises((DetachedInstanceError, pydantic.ValidationError), match="not bound to a Session"):
        HeroOut.model_validate(hero)


def _application(engine, **scope):
    """An application, and the dependency that gives its routes a session."""
    fastapi = pytest.importorskip("fastapi")

    def provide():
        with sqlmodel.Session(engine) as session:
            yield session

    return fastapi.FastAPI(), fastapi.Depends(provide, **scope)


def _get(application):
    return pytest.importorskip("fastapi.testclient").TestClient(application, raise_server_exceptions=False).get("/")


def _response(engine, detach, **route):
    application, session_dependency = _application(engine)

    @application.get("/", **route)
    def read(session=session_dependency):
        hero = session.get(Hero, 1)
        session.commit()
        if detach:
            session.close()
        return hero

    return _get(application)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("detach", [True, False])
@pytest.mark.parametrize("route", [{}, {"response_model": None}], ids=["no response model", "None"])
def test_fastapi_encodes_an_expired_instance_as_nothing(engine, detach, route):
    response = _response(engine, detach, **route)
    assert (response.status_code, response.json()) == (200, {})


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("detach", [True, False])
def test_fastapi_with_the_table_class_as_response_model_encodes_nothing(engine, detach):
    response = _response(engine, detach, response_model=Hero)
    assert (response.status_code, response.json()) == (200, {})


def test_fastapi_with_another_response_model_heals_while_attached(engine):
    response = _response(engine, detach=False, response_model=HeroOut)
    assert (response.status_code, response.json()) == (200, {"id": 1, "name": "ann"})


def test_fastapi_with_another_response_model_fails_when_detached(engine):
    assert _response(engine, detach=True, response_model=HeroOut).status_code == 500


def _release():
    fastapi = pytest.importorskip("fastapi")
    return tuple(int(part) for part in fastapi.__version__.split(".")[:2])


def _open_after_return(scope):
    """Whether a dependency's session outlives the path function's return, for as long as the response is sent."""
    if scope:
        return scope["scope"] == "request"
    return _release() < (0, 106) or _release() >= (0, 118)


SCOPES = [{}, {"scope": "function"}, {"scope": "request"}]


@pytest.mark.parametrize("scope", SCOPES, ids=str)
def test_the_session_of_a_dependency_while_a_streamed_body_is_produced(engine, scope):
    if scope and _release() < (0, 121):
        pytest.skip("Depends has no scope before FastAPI 0.121")
    application, session_dependency = _application(engine, **scope)
    from fastapi.responses import StreamingResponse

    @application.get("/")
    def read(session=session_dependency):
        hero = session.get(Hero, 1)

        def body():
            yield "attached" if hero in session else "detached"

        return StreamingResponse(body())

    assert _get(application).text == ("attached" if _open_after_return(scope) else "detached")


@pytest.mark.parametrize("scope", SCOPES, ids=str)
def test_the_session_of_a_dependency_while_background_tasks_run(engine, scope):
    if scope and _release() < (0, 121):
        pytest.skip("Depends has no scope before FastAPI 0.121")
    application, session_dependency = _application(engine, **scope)
    from fastapi import BackgroundTasks

    attached = []

    @application.get("/")
    def read(tasks: BackgroundTasks, session=session_dependency):
        hero = session.get(Hero, 1)
        tasks.add_task(lambda: attached.append(hero in session))

    assert _get(application).status_code == 200
    assert attached == [_open_after_return(scope)]


def test_fastapi_encodes_a_plain_expired_instance_as_nothing():
    encoders = pytest.importorskip("fastapi.encoders")
    with Session(new_engine()) as session:
        user = session.get(User, 1)
        assert set(encoders.jsonable_encoder(user)) == {"id", "name"}
        session.commit()
        assert encoders.jsonable_encoder(user) == {}
