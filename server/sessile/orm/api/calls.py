"""What well-known functions do with an ORM object that they are given; every other function is unknown.

Names are qualified as after imports, builtins bare. A method of a value of unknown type is looked up by nothing here.
"""

from __future__ import annotations

from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING

from sessile.orm.api.tables import names

if TYPE_CHECKING:
    from collections.abc import Mapping


class Use(str, Enum):
    """How a call touches its arguments.

    IGNORES: neither reads attributes nor keeps the object. ITERATES: walks a container and keeps its items, reads no
    attribute. TESTS: calls `__bool__`, `__len__` or `__eq__`. FORMATS: calls `__str__` or `__repr__` now. LOGS: formats
    its arguments if the level is enabled. READS: reads the attribute named by the second argument. COPIES: reads
    `__dict__`, so that expired and unloaded attributes are missing. SERIALISES: reads every attribute that it knows.
    INSPECTS: looks at the state without loading. SPAWNS: runs a coroutine or function concurrently, keeping the object.
    WAITS: awaits without touching the object.
    """

    IGNORES = "ignores"
    ITERATES = "iterates"
    TESTS = "tests"
    FORMATS = "formats"
    LOGS = "logs"
    READS = "reads"
    COPIES = "copies"
    SERIALISES = "serialises"
    INSPECTS = "inspects"
    SPAWNS = "spawns"
    WAITS = "waits"


_USES: Mapping[Use, str] = {
    Use.IGNORES: """
        callable id isinstance issubclass type range int.from_bytes object super
        datetime.datetime.now datetime.datetime.utcnow datetime.datetime.today datetime.date.today
        datetime.timedelta datetime.datetime.fromtimestamp
        time.time time.monotonic time.perf_counter time.sleep
        uuid.uuid1 uuid.uuid4 uuid.uuid6 uuid.uuid7 secrets.token_hex secrets.token_urlsafe
        os.getenv os.environ.get logging.getLogger typing.cast typing.assert_type typing.reveal_type
        typing_extensions.assert_type
    """,
    Use.ITERATES: """
        list tuple enumerate zip reversed iter next filter map frozenset set dict sorted
        min max sum itertools.chain itertools.chain.from_iterable itertools.islice itertools.groupby itertools.batched
    """,
    Use.TESTS: "len bool any all hash operator.eq operator.ne",
    Use.FORMATS: "str repr print ascii format pprint.pprint pprint.pformat reprlib.repr rich.print",
    Use.LOGS: """
        logging.debug logging.info logging.warning logging.warn logging.error logging.exception logging.critical
        logging.log
    """,
    Use.READS: "getattr hasattr operator.attrgetter",
    Use.COPIES: "vars copy.copy copy.deepcopy pickle.dumps pickle.dump",
    Use.SERIALISES: """
        json.dumps json.dump dataclasses.asdict fastapi.encoders.jsonable_encoder
    """,
    Use.INSPECTS: """
        dir sqlalchemy.inspect sqlalchemy.inspection.inspect sqlalchemy.orm.object_session
        sqlalchemy.orm.class_mapper sqlalchemy.orm.object_mapper
        sqlalchemy.ext.asyncio.async_object_session sqlalchemy.ext.asyncio.async_session
        sqlalchemy.orm.attributes.instance_state sqlalchemy.orm.attributes.flag_modified
        sqlalchemy.orm.attributes.flag_dirty sqlalchemy.orm.attributes.set_committed_value
        sqlalchemy.orm.attributes.get_history sqlalchemy.orm.was_deleted
    """,
    Use.SPAWNS: """
        asyncio.create_task asyncio.ensure_future asyncio.gather asyncio.wait asyncio.to_thread asyncio.as_completed
        asyncio.run_coroutine_threadsafe asyncio.TaskGroup.create_task anyio.to_thread.run_sync
        anyio.abc.TaskGroup.start_soon threading.Thread threading.Timer multiprocessing.Process
        concurrent.futures.ThreadPoolExecutor.submit concurrent.futures.ThreadPoolExecutor.map
        concurrent.futures.ProcessPoolExecutor.submit concurrent.futures.ProcessPoolExecutor.map
        starlette.concurrency.run_in_threadpool fastapi.concurrency.run_in_threadpool asgiref.sync.sync_to_async
    """,
    Use.WAITS: "asyncio.sleep anyio.sleep asyncio.wait_for asyncio.timeout asyncio.shield",
}
CALLS: Mapping[str, Use] = MappingProxyType({name: use for use, listed in _USES.items() for name in names(listed)})

LOGGER_METHODS = frozenset(names("debug info warning warn error exception critical fatal log trace success"))
"""Methods of a logger, by name, for values that come from `getLogger` or are called `log`, `logger`, `_logger`."""

_NEVER_RETURN: Mapping[tuple[str, ...], str] = {
    ("SystemExit", "BaseException"): "sys.exit os._exit os.abort exit quit",
    ("HTTPException", "Exception", "BaseException"): """
        flask.abort werkzeug.exceptions.abort flask_restful.abort flask_restx.abort flask_smorest.abort quart.abort
    """,
    ("HTTPError", "Exception", "BaseException"): "apiflask.abort bottle.abort",
    ("AssertionError", "Exception", "BaseException"): "typing.assert_never typing_extensions.assert_never",
    ("OutcomeException", "BaseException"): "pytest.fail pytest.skip pytest.xfail",
    ("Exit", "Exception", "BaseException"): "pytest.exit",
}
ENDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {name: raised for raised, listed in _NEVER_RETURN.items() for name in names(listed)}
)
"""Calls that never return, with the class of the exception that they raise and what it derives from."""

RETURNS = frozenset(
    names("""
        click.echo click.secho typer.echo typer.secho rich.print flask.flash flask.session.pop
        sentry_sdk.capture_exception sentry_sdk.capture_message
    """)
)
"""Calls outside of the standard library that return, whatever they are told."""

HARMLESS: frozenset[str] = frozenset(
    name for name, use in CALLS.items() if use in (Use.IGNORES, Use.INSPECTS, Use.WAITS)
)
"""Calls that neither read attributes of an ORM object, nor keep it, nor touch a session."""
