"""SQL as text: `text(...)`, `literal_column(...)`, and plain strings that are executed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.events import ParametersMisplaced, StringRun, TextBuilt
from sessile.flow.handlers import expected
from sessile.flow.machine import Failure, Machine, Raised
from sessile.flow.values import UNKNOWN, Arguments, Const, Criterion, Formatted, Scalar, Statement, Value

if TYPE_CHECKING:
    import ast

    from sessile.flow.world import World

REFUSED = ("ArgumentError", "SQLAlchemyError", "Exception")
MISPLACED = ("TypeError", "Exception")
DRIVER = "exec_driver_sql"


def built_text(m: Machine, world: World, arguments: Arguments, node: ast.Call) -> Value:
    """The value of `text(...)`."""
    value = arguments.get(0, "text") or UNKNOWN
    _tell(m, world, value, "text", node, wrapped=True)
    sql = value.value if isinstance(value, Const) and isinstance(value.value, str) else ""
    return Statement("text", (UNKNOWN,), site=m.site(world, node), known_options=False, text=sql)


def built_column(m: Machine, world: World, arguments: Arguments, node: ast.Call) -> Value:
    """The value of `literal_column(...)`."""
    _tell(m, world, arguments.get(0, "text") or UNKNOWN, "literal_column", node, wrapped=True)
    return Criterion(function=True)


def _tell(m: Machine, world: World, value: Value, method: str, node: ast.Call, wrapped: bool) -> None:
    argument = argument_of(node)
    if isinstance(value, Formatted) and argument is not None:
        m.emit(TextBuilt(m.site(world, node), world, value, argument, method, wrapped))


def argument_of(node: ast.Call) -> ast.expr | None:
    """The expression that is the SQL of a call."""
    if node.args:
        return node.args[0]
    return next((each.value for each in node.keywords if each.arg in ("text", "statement", "clause")), None)


def executed(
    m: Machine, world: World, method: str, arguments: Arguments, node: ast.Call, error: str = "ArgumentError"
) -> None:
    """Something is executed: a string raises from 2.0 on, but for the driver's own method."""
    value = arguments.get(0, "statement") or UNKNOWN
    argument = argument_of(node)
    if argument is None or not is_string(value):
        return
    raises = method != DRIVER and m.version >= (2, 0)
    failure = Failure((error, *REFUSED) if error != REFUSED[0] else REFUSED, m.site(world, node))
    if not raises or not expected(m, failure, world):
        if isinstance(value, Formatted):
            _tell(m, world, value, method, node, wrapped=False)
        elif method != DRIVER:
            m.emit(StringRun(m.site(world, node), world, value, argument, method, error if raises else ""))
    if raises:
        raise Raised(failure)


def is_string(value: Value) -> bool:
    """Whether a value is a string for sure, or by its annotation."""
    text = isinstance(value, Const) and isinstance(value.value, str)
    return text or isinstance(value, Formatted) or (isinstance(value, Scalar) and value.kind == "text")


def misplaced_parameters(m: Machine, world: World, session: int, arguments: Arguments, node: ast.Call) -> None:
    """`exec(statement, {...})` of SQLModel's session: TypeError."""
    if len(arguments.positional) < 2 or len(node.args) < 2:
        return
    failure = Failure(MISPLACED, m.site(world, node))
    if not expected(m, failure, world):
        m.emit(ParametersMisplaced(m.site(world, node), world, node, session))
    raise Raised(failure)
