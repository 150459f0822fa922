"""Runs programs on the SQLAlchemy of the interpreter that runs this file, one after another, in one process.

A program is a line of JSON on standard input, its outcome a line on standard output. Every run gets modules, mapped
classes and a database in memory of its own: `size` teams, each with a user, each with two posts. What is observed is
what the library did: exceptions with the lines of the program that they passed (those that the program caught, too),
the SELECTs by the line that sent them, the writes that no commit followed.

A job may ask for runs that are `unusual`: without rows, with many, with rows of other keys, and with a database that
fails at the n-th statement or commit, for each n, with few rows and with many. The failure that was made is not noted
itself, only what comes of it.

Nothing is imported from the project: this file runs where it is not installed.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import inspect
import io
import itertools
import json
import signal
import sys
import types
import warnings

import greenlet
import sqlalchemy
from database import Failing
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import close_all_sessions, mapperlib, registry
from writes import Writes

try:
    from sqlmodel import SQLModel
except ImportError:
    SQLModel = None

PREFIX = "<program>/"
#: Of processor time, for all runs of a program, and for those that are unusual.
SECONDS, MORE_SECONDS = 5, 20
#: So many rows that every key is taken that programs make up.
MANY = 80
#: A first key beyond all that programs make up.
ELSEWHERE = 1_000
#: At how many of its operations the database fails, one in each run.
FAILURES = 12
ENDINGS = (StopIteration, StopAsyncIteration, GeneratorExit)


class TooLong(BaseException):
    """The program did not end in time."""


@contextlib.contextmanager
def own_mappings():
    """Unmaps the classes that are mapped meanwhile."""
    before = mapperlib._all_registries()
    held = (SQLModel._sa_registry, SQLModel.metadata) if SQLModel else None
    if SQLModel:
        apart = registry()
        SQLModel._sa_registry, SQLModel.metadata = apart, apart.metadata
    try:
        yield
    finally:
        if SQLModel:
            SQLModel._sa_registry, SQLModel.metadata = held
        for each in mapperlib._all_registries() - before:
            each.dispose(cascade=True)


def loaded(files):
    """The modules of the program, in the order in which they need each other."""
    modules = []
    for name, text in files.items():
        stem = name[: -len(".py")]
        module = types.ModuleType(stem)
        sys.modules[stem] = module
        modules.append(module)
        exec(compile(text, PREFIX + name, "exec", dont_inherit=True), vars(module))
    return modules


def place(frame):
    """File and line of a frame of the program, as text."""
    return f"{frame.f_code.co_filename[len(PREFIX) :]}:{frame.f_lineno}"


def callers(frame):
    """A frame and those around it, innermost first, through the greenlets of an AsyncSession."""
    current = greenlet.getcurrent()
    while frame is not None:
        yield frame
        frame = frame.f_back
        while frame is None and current.parent is not None:
            current = current.parent
            frame = current.gr_frame


#: What the program called when the library loads something of one object.
LOADING = frozenset({"__get__", "refresh", "get"})


def origin(frame):
    """The places in the program that led to a frame, innermost first, and whether one object was loaded for them."""
    places, door = [], ""
    for each in callers(frame):
        if each.f_code.co_filename.startswith(PREFIX):
            places.append(place(each))
        elif not places and "sqlalchemy" in each.f_code.co_filename:
            door = each.f_code.co_name if each.f_code.co_name != "greenlet_spawn" else door
    return places, door in LOADING


class Watch:
    """Notes what one run does."""

    def __init__(self, fails_at=0):
        self.selects = {}
        self.loads = {}
        self.caught = []
        self.writes = Writes()
        self.failing = Failing(fails_at)

    def executed(self, _connection, _cursor, statement, *_):
        if statement.lstrip().upper().startswith("SELECT"):
            places, loads = origin(sys._getframe(1))
            where = " < ".join(places)
            self.selects[where] = self.selects.get(where, 0) + 1
            if loads:
                self.loads[where] = self.loads.get(where, 0) + 1
        elif statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            self.writes.sent()

    def called(self, frame, _event, _argument):
        return self.traced if frame.f_code.co_filename.startswith(PREFIX) else None

    def traced(self, frame, event_name, argument):
        error = argument[1] if event_name == "exception" else None
        if error is not None and argument[0] not in ENDINGS and not self.failing.made(error):
            places = [place(each) for each in callers(frame) if each.f_code.co_filename.startswith(PREFIX)]
            self.caught.append(
                [places[::-1], argument[0].__name__, kind(getattr(error, "orig", None)), first_line(error)]
            )
        return self.traced

    @contextlib.contextmanager
    def watching(self, traced):
        event.listen(Engine, "before_cursor_execute", self.executed)
        if traced:
            sys.settrace(self.called)
        try:
            with self.failing.watching():
                yield
        finally:
            sys.settrace(None)
            event.remove(Engine, "before_cursor_execute", self.executed)


def kind(error):
    return None if error is None else type(error).__name__


def first_line(error):
    """What an error says first; Pydantic's says so of the first attribute on its third line."""
    lines = str(error).split("\n")
    said = lines[2:3] if type(error).__name__ == "ValidationError" else lines[:1]
    return "".join(said).strip()[:200]


def lines_of(error):
    """The lines of the program that an exception passed, outermost first."""
    found = []
    trace = error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if name.startswith(PREFIX):
            found.append(f"{name[len(PREFIX) :]}:{trace.tb_lineno}")
        trace = trace.tb_next
    return found


def fill(connection, metadata, size, first=1):
    metadata.create_all(connection)
    tables = metadata.tables
    if "team" not in tables or not size:
        return
    numbers = range(first, first + size)
    connection.execute(tables["team"].insert(), [{"id": n, "name": f"team {n}"} for n in numbers])
    users = [{"id": n, "name": f"user {n}", "team_id": n} for n in numbers]
    if "bio" in tables["user"].c:
        users = [{**user, "bio": "long"} for user in users]
    connection.execute(tables["user"].insert(), users)
    posts = [{"title": f"post {n}.{i}", "user_id": n} for n in numbers for i in (1, 2)]
    connection.execute(tables["post"].insert(), posts)


def metadata_of(modules):
    for module in modules:
        for value in list(vars(module).values()):
            metadata = getattr(value, "metadata", None)
            if isinstance(metadata, sqlalchemy.MetaData) and metadata.tables:
                return metadata
    return sqlalchemy.MetaData()


class Stage:
    """The modules, the database and the event loop of one run."""

    def __init__(self, files, size, first):
        self.loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self.loop)
        self.modules = loaded(files)
        self.main = self.modules[-1]
        self.engine = next(vars(module)["engine"] for module in self.modules if "engine" in vars(module))
        self.connected(lambda connection: fill(connection, metadata_of(self.modules), size, first))

    def connected(self, action):
        """What an action gives that is called with a connection of the engine; it is committed."""
        if not isinstance(self.engine, AsyncEngine):
            with self.engine.begin() as connection:
                return action(connection)

        async def connected():
            async with self.engine.begin() as connection:
                return await connection.run_sync(action)

        return self.finish(connected())

    def finish(self, value):
        """The value, awaited or iterated if that is what it is for."""
        if inspect.isgenerator(value):
            return list(value)
        if inspect.isawaitable(value):
            return self.loop.run_until_complete(as_coroutine(value))
        return value

    def close(self, sessions=()):
        async def close_async():
            for session in list(sessions):
                with contextlib.suppress(Exception):
                    await session.close()

        if isinstance(self.engine, AsyncEngine):
            self.loop.run_until_complete(close_async())
        with contextlib.suppress(Exception):
            close_all_sessions()

    def end(self):
        if isinstance(self.engine, AsyncEngine):
            self.loop.run_until_complete(self.engine.dispose())
        else:
            self.engine.dispose()
        self.loop.run_until_complete(self.loop.shutdown_asyncgens())
        self.loop.close()
        asyncio.set_event_loop(None)
        for module in self.modules:
            sys.modules.pop(module.__name__, None)


async def as_coroutine(value):
    return await value


class AsyncSessions:
    """The asynchronous sessions that were made meanwhile, so that all can be closed."""

    def __enter__(self):
        self.made, self.original = [], AsyncSession.__init__

        def init(session, *args, **kwargs):
            self.original(session, *args, **kwargs)
            self.made.append(session)

        AsyncSession.__init__ = init
        return self.made

    def __exit__(self, *_):
        AsyncSession.__init__ = self.original


def run(job, arguments, size, fails_at=0, first=1):
    """One call of the program's `f`; with `fails_at` the database fails at that operation; keys begin at `first`."""
    watch, outcome = Watch(fails_at), {"call": arguments, "size": size}
    with own_mappings():
        stage = Stage(job["files"], size, first)
        try:
            silence = contextlib.redirect_stdout(io.StringIO())
            with watch.writes.watching(), silence, watch.watching(job.get("traced")):
                try:
                    outcome["value"] = repr(stage.finish(stage.main.f(**arguments)))[:80]
                except TooLong:
                    raise
                except BaseException as error:
                    outcome["error"] = kind(error)
                    outcome["orig"] = kind(getattr(error, "orig", None))
                    outcome["message"] = first_line(error)
                    outcome["lines"] = lines_of(error)
                    outcome["made"] = watch.failing.made(error)
                    del error
                watch.failing.close()
                watch.writes.look()
                gc.collect()
                watch.writes.close()
        finally:
            stage.close()
            stage.end()
    return {
        **outcome,
        "lost": watch.writes.lost,
        "left_open": watch.writes.left_open,
        "discarded": watch.writes.discarded,
        "selects": watch.selects,
        "loads": watch.loads,
        "caught": watch.caught,
        "failed_at": watch.failing.failed and fails_at,
    }


def flags_of(text):
    """The flags that `f` asks for."""
    scope = {}
    exec("import ast\ntree = ast.parse(TEXT)", {"TEXT": text}, scope)
    for node in scope["tree"].body:
        if getattr(node, "name", None) == "f":
            return [argument.arg for argument in node.args.args if argument.arg != "session"]
    raise ValueError("the program has no function f")


def perform(job):
    """All runs of a program: every value of its flags, every size of its data."""
    flags = flags_of(job["files"]["main.py"])
    combinations = list(itertools.product((False, True), repeat=len(flags)))
    calls = [dict(zip(flags, values, strict=True)) for values in combinations]
    if job.get("unusual"):
        return [each for call in calls for each in unusual(job, call)]
    return [run(job, call, size) for size in job.get("sizes", [3]) for call in calls]


def unusual(job, call):
    """Runs without rows, with many, with other keys, and with a database that fails at each operation in turn."""
    yield run(job, call, 0)
    yield run(job, call, MANY)
    yield run(job, call, 3, first=ELSEWHERE)
    for size in (3, MANY):
        for at in range(1, FAILURES + 1):
            outcome = run(job, call, size, at)
            yield outcome
            if not outcome["failed_at"]:
                break


def late(*_):
    raise TooLong


def main():
    warnings.simplefilter("ignore")
    gc.disable()
    gc.freeze()
    signal.signal(signal.SIGPROF, late)
    out = sys.stdout
    for line in sys.stdin:
        job = json.loads(line)
        signal.setitimer(signal.ITIMER_PROF, MORE_SECONDS if job.get("unusual") else SECONDS)
        try:
            answer = {"runs": perform(job)}
        except TooLong:
            answer = {"failed": "the program did not end in time"}
        except Exception as error:
            answer = {"failed": f"{kind(error)}: {error}"[:2000], "lines": lines_of(error)}
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        print(json.dumps(answer), file=out, flush=True)


if __name__ == "__main__":
    main()
