"""How the session opens and ends: `{body}` runs inside, `{inside}` where the value leaves, `{after}` afterwards."""

from __future__ import annotations

from ..option import ASYNC, SQLMODEL, SYNC, Option

FACTORY = "Factory = $maker"

_PROVIDER = """
@$contextmanager
$async def open_session():
    session = $Session(engine$options)
    try:
        yield session
{ending}
    except Exception:
        $await session.rollback()
        raise
    finally:
        $await session.close()
"""
_PROVIDED = """
$async def $name($params):
    $async with open_session() as session:
        {body}
        {inside}
    {after}
"""
_WITH = """
$async def $name($params):
    $async with OPEN as session:
        {body}
        {inside}
    {after}
"""
_ATTACHED = ("return", "tuple", "list", "dict", "inside", "global", "attribute", "closure", "variable")

OPTIONS = (
    Option("with Session", weight=3, code=_WITH.replace("OPEN", "$Session(engine$options)")),
    Option("factory", _WITH.replace("OPEN", "Factory()"), {"definitions": FACTORY}),
    Option("factory.begin", _WITH.replace("OPEN", "Factory.begin()"), {"definitions": FACTORY}),
    Option(
        "session.begin",
        """
$async def $name($params):
    $async with $Session(engine$options) as session:
        $async with session.begin():
            {body}
        {inside}
    {after}
""",
    ),
    Option(
        "begin_nested",
        """
$async def $name($params):
    $async with $Session(engine$options) as session:
        $async with session.begin_nested():
            {body}
        {inside}
    {after}
""",
    ),
    Option(
        "provider that commits",
        _PROVIDED,
        {"definitions": _PROVIDER.replace("{ending}", "        $await session.commit()")},
    ),
    Option("provider that does not commit", _PROVIDED, {"definitions": _PROVIDER.replace("{ending}\n", "")}),
    Option(
        "class provider",
        _PROVIDED,
        {
            "definitions": """
class open_session:
    $async def __$aenter__(self):
        self.session = $Session(engine$options)
        return self.session

    $async def __$aexit__(self, *error):
        $await self.session.close()
"""
        },
    ),
    Option(
        "generator provider",
        """
$async def $name($params):
    $async for session in get_session():
        {body}
        {inside}
    {after}
""",
        {
            "definitions": """
$async def get_session():
    $async with $Session(engine$options) as session:
        yield session
"""
        },
        never={"control": ("loop",)},
    ),
    Option(
        "nested function",
        """
$async def $name($params):
    $async with $Session(engine$options) as session:

        $async def find():
            {body}
            return $var

        $var = $await find()
        {inside}
    {after}
""",
    ),
    Option(
        "try/finally",
        """
$async def $name($params):
    session = $Session(engine$options)
    try:
        {body}
        {inside}
    finally:
        $await session.close()
    {after}
""",
    ),
    Option(
        "plain open and close",
        """
$async def $name($params):
    session = $Session(engine$options)
    {body}
    $await session.close()
    {inside}
    {after}
""",
    ),
    Option(
        "factory, plain",
        """
$async def $name($params):
    session = Factory()
    {body}
    $await session.close()
    {inside}
    {after}
""",
        {"definitions": FACTORY},
    ),
    Option(
        "never closed",
        """
$async def $name($params):
    session = $Session(engine$options)
    {body}
    {inside}
    {after}
""",
    ),
    Option(
        "ExitStack",
        """
$async def $name($params):
    $async with $ExitStack() as stack:
        session = $await stack.enter_$acontext($Session(engine$options))
        {body}
        {inside}
    {after}
""",
    ),
    Option(
        "scoped_session",
        """
$async def $name($params):
    session = Scoped()
    {body}
    $await Scoped.remove()
    {inside}
    {after}
""",
        {"definitions": FACTORY + "\nScoped = scoped_session(Factory)"},
        flavours=(SYNC, SQLMODEL),
    ),
    Option(
        "async_scoped_session",
        """
$async def $name($params):
    session = Scoped()
    {body}
    $await Scoped.remove()
    {inside}
    {after}
""",
        {"definitions": FACTORY + "\nScoped = async_scoped_session(Factory, scopefunc=asyncio.current_task)"},
        flavours=(ASYNC,),
    ),
    Option(
        "on self",
        """
class Repository:
    def __init__(self, session):
        self.session = session

    $async def find(self$moreparams):
        {body}
        {inside}
        {after}


$async def $name($params):
    $async with $Session(engine$options) as session:
        return $await Repository(session).find($args)
""",
        {"session": "self.session"},
        only={"crossing": _ATTACHED},
    ),
    Option(
        "opened by self",
        """
class Repository:
    def __init__(self):
        self.session = $Session(engine$options)

    $async def close(self):
        $await self.session.close()

    $async def find(self$moreparams):
        {body}
        return $var


$async def $name($params):
    repository = Repository()
    $var = $await repository.find($args)
    $await repository.close()
    {inside}
    {after}
""",
        {"session": "self.session"},
        never={"crossing": ("inside",)},
    ),
    Option(
        "parameter",
        """
$async def work(session: $Session$moreparams):
    {body}
    {inside}
    {after}


$async def $name($params):
    $async with $Session(engine$options) as session:
        return $await work(session$moreargs)
""",
        only={"crossing": _ATTACHED},
    ),
    Option(
        "decorator",
        """
@with_session
$async def $name(session$moreparams):
    {body}
    {inside}
    {after}
""",
        {
            "definitions": """
def with_session(function):
    @wraps(function)
    $async def run(*args, **kwargs):
        $async with $Session(engine$options) as session:
            return $await function(session, *args, **kwargs)

    return run
"""
        },
        only={"crossing": _ATTACHED},
    ),
)
