"""The stage on which a literate case is run: its files, a database and an event loop, new for every call.

The case's files are imported from a temporary directory that is also the working directory; every engine in them gets
all tables with two standard rows each. Mapped classes are process-wide, so there is one world at a time.

The standard driver calls each function of `main.py` named `f`, `f1` or `f_...`: bool parameters take both values,
`int`, `str` and `bytes` a constant, `Session` and `AsyncSession` an open session on `main.engine`, a mapped class its
first row, attached; a parameter with a default keeps it. The statements of a `run` fence share one world, and each
runs even if the one before raised.
"""

from __future__ import annotations

import ast
import asyncio
import contextlib
import importlib
import inspect
import io
import itertools
import logging
import os
import runpy
import shutil
import sys
import tempfile
import traceback
import types
import warnings
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from standard_rows import insert_rows

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from literate import Case

CONSTANTS: dict[str, tuple[object, ...]] = {
    "bool": (False, True),
    "int": (1,),
    "str": ("ada",),
    "bytes": (b"ada",),
    "list[int]": ([1, 2],),
}
SESSIONS = ("Session", "AsyncSession")


@dataclass(frozen=True)
class Frame:
    """A line of the case's own code on the way to an exception."""

    file: str
    line: int
    function: str


@dataclass(frozen=True)
class Outcome:
    """What one call came to; `frames` is outermost first, `names` the exception's type and that of its `.orig`."""

    call: str
    names: tuple[str, ...] = ()
    frames: tuple[Frame, ...] = ()
    detail: str = ""


@dataclass(frozen=True)
class Call:
    """A call by the standard driver; a string argument that begins with `:` names what the world provides."""

    function: str
    arguments: tuple[object, ...]

    def __str__(self) -> str:
        return f"{self.function}({', '.join(map(str, self.arguments))})"


@contextlib.contextmanager
def own_mappings() -> Iterator[None]:
    """Unmaps the classes that are mapped meanwhile, and no others: tests of other folders may have mapped some, too."""
    from sqlalchemy.orm import mapperlib, registry

    before = mapperlib._all_registries()
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(ImportError):
            from sqlmodel import SQLModel

            apart = registry()
            stack.callback(setattr, SQLModel, "_sa_registry", SQLModel._sa_registry)
            stack.callback(setattr, SQLModel, "metadata", SQLModel.metadata)
            SQLModel._sa_registry, SQLModel.metadata = apart, apart.metadata
        yield
    for each in mapperlib._all_registries() - before:
        each.dispose(cascade=True)


class World:
    """A context in which one call happens."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.stems = [_module(source.name) for source in case.files]

    def __enter__(self) -> World:
        self.before = set(sys.modules)
        self.home = os.getcwd()
        self.folder = Path(tempfile.mkdtemp(prefix="case-")).resolve()
        self.loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self.loop)
        self.left = contextlib.ExitStack()
        self.left.enter_context(own_mappings())
        self.left.callback(logging.disable, logging.root.manager.disable)
        self.warnings = warnings.catch_warnings()
        self.warnings.__enter__()
        warnings.simplefilter("ignore")
        for source in self.case.files:
            target = self.folder / source.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(source.text, "utf-8")
        os.chdir(self.folder)
        self.path = sys.path[:]
        sys.path[:0] = [str(self.folder), *(str(self.folder / each) for each in _source_roots(self.case))]
        sys.dont_write_bytecode = True
        importlib.invalidate_caches()
        try:
            self._prepare()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _prepare(self) -> None:
        self.modules = [importlib.import_module(stem) for stem in self.stems]
        self.main = next((m for m in self.modules if m.__name__ == "main"), types.ModuleType("main"))
        self.finish(insert_rows(self.modules))
        self.scope = dict(vars(self.main))
        for statement in ast.parse(self.case.setup).body:
            self._execute(statement, "<setup>")

    def __exit__(self, *_: object) -> None:
        from sqlalchemy.orm import close_all_sessions

        self.finish(self._close_async())
        close_all_sessions()
        self.loop.run_until_complete(self.loop.shutdown_asyncgens())
        self.loop.close()
        asyncio.set_event_loop(None)
        self.left.close()
        sys.path[:] = self.path
        own = {stem.split(".")[0] for stem in self.stems}
        for name in set(sys.modules) - self.before:
            if name.split(".")[0] in own:
                del sys.modules[name]
        os.chdir(self.home)
        shutil.rmtree(self.folder)
        self.warnings.__exit__(None, None, None)

    async def _close_async(self) -> None:
        from sqlalchemy.ext.asyncio import AsyncEngine, close_all_sessions

        pending = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        await close_all_sessions()
        for module in getattr(self, "modules", []):
            for value in list(vars(module).values()):
                if isinstance(value, AsyncEngine):
                    await value.dispose()

    def finish(self, value: object) -> object:
        """The value, or what it is when awaited."""
        return self.loop.run_until_complete(_await(value)) if inspect.isawaitable(value) else value

    def run(self, text: str) -> Iterator[Outcome]:
        """Executes the statements of a run fence one by one."""
        for statement in ast.parse(text).body:
            yield self._observed(ast.unparse(statement), partial(self._execute, statement, "<run>"))

    def _execute(self, statement: ast.stmt, name: str) -> None:
        code = compile(ast.Module([statement], []), name, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        self.finish(eval(code, self.scope))

    def script(self, text: str) -> tuple[Outcome, str]:
        """Runs a whole program in this world; what came of it, and what it printed."""
        path = self.folder / "main.py"
        path.write_text(text, "utf-8")
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            outcome = self._observed("the program", lambda: runpy.run_path(str(path), run_name="main"))
        return outcome, printed.getvalue()

    def standard_calls(self) -> Iterator[Call]:
        """The calls that the functions' names and annotations ask for."""
        for name, value in vars(self.main).items():
            if isinstance(value, types.FunctionType) and (name.startswith("f_") or name in {"f", "f1", "f2", "f3"}):
                parameters = inspect.signature(value).parameters.values()
                kinds = [_annotation(one) for one in parameters if one.default is one.empty]
                for arguments in itertools.product(*(CONSTANTS.get(kind, (f":{kind}",)) for kind in kinds)):
                    yield Call(name, arguments)

    def call(self, call: Call) -> Outcome:
        """Calls one function with its arguments, and iterates what it yields."""
        return self._observed(str(call), lambda: self.finish(self._call(call)))

    async def _call(self, call: Call) -> None:
        async with contextlib.AsyncExitStack() as stack:
            arguments: list[object] = []
            for argument in call.arguments:
                if isinstance(argument, str) and argument.startswith(":"):
                    argument = await self._provide(argument[1:], arguments, stack)
                arguments.append(argument)
            value = vars(self.main)[call.function](*arguments)
            if inspect.isgenerator(value):
                list(value)
            elif inspect.isasyncgen(value):
                async for _ in value:
                    pass
            elif inspect.isawaitable(value):
                await value

    async def _provide(self, kind: str, given: list[object], stack: contextlib.AsyncExitStack) -> object:
        names: dict[str, Any] = vars(self.main)
        if kind == "Session":
            return stack.enter_context(names[kind](names["engine"]))
        if kind == "AsyncSession":
            return await stack.enter_async_context(names[kind](names["engine"]))
        if not isinstance(names.get(kind), type):
            raise TypeError(f"the standard driver cannot provide a {kind}: write a run fence")
        session: Any = next((one for one in given if type(one).__name__ in SESSIONS), None)
        if session is None:
            session = await self._provide(next(name for name in SESSIONS if name in names), given, stack)
        return await _await(session.get(names[kind], 1))

    def _observed(self, name: str, action: Callable[[], object]) -> Outcome:
        try:
            action()
        except Exception as error:
            origin = getattr(error, "orig", None)
            names = tuple(type(one).__name__ for one in (error, origin) if one is not None)
            detail = "".join(traceback.format_exception(error)[-12:])
            return Outcome(name, names, tuple(self._frames(error)), detail)
        return Outcome(name)

    def _frames(self, error: Exception) -> Iterator[Frame]:
        for frame, line in traceback.walk_tb(error.__traceback__):
            path = Path(frame.f_code.co_filename)
            if path.is_relative_to(self.folder):
                yield Frame(path.relative_to(self.folder).as_posix(), line, frame.f_code.co_name)


def _source_roots(case: Case) -> list[str]:
    """The folders besides the case's own from which its files are imported, as its configuration says."""
    declared = tomllib.loads(case.settings).get("src", ["src"])
    return [each for each in declared if any(source.name.startswith(f"{each}/") for source in case.files)]


def _module(name: str) -> str:
    """The dotted name of a file; `src` is where imports start."""
    return name.removeprefix("src/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")


async def _await(value: Awaitable[object] | object) -> object:
    return await value if inspect.isawaitable(value) else value


def _annotation(parameter: inspect.Parameter) -> str:
    kind = parameter.annotation
    return kind if isinstance(kind, str) else inspect.formatannotation(kind).rpartition(".")[2]
