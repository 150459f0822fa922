"""How the object leaves the place where its session is: `call` is what the reader does, `inside` what the owner does.

Without a `call` the reading follows in the same function.
"""

from __future__ import annotations

from ..option import Option

OPTIONS = (
    Option("inside", parts={"reading": "inside"}),
    Option("variable"),
    Option("return", parts={"inside": "return user", "call": "user = $await load($args)"}),
    Option("tuple", parts={"inside": "return user, 1", "call": "user, _ = $await load($args)"}),
    Option("list", parts={"inside": "return [user]", "call": "user = $await(load($args))[0]"}),
    Option("dict", parts={"inside": 'return {"user": user}', "call": 'user = $await(load($args))["user"]'}),
    Option(
        "comprehension",
        parts={"inside": "return [each for each in [user]]", "call": "[user] = $await load($args)"},
        never={"opening": ("on self", "parameter", "decorator")},
    ),
    Option("yield", parts={"inside": "yield user", "loop": "$async for user in load($args):"}),
    Option(
        "yield, listed",
        parts={"inside": "yield user", "call": "[user] = [each $async for each in load($args)]"},
    ),
    Option(
        "global",
        parts={
            "inside": "global current\ncurrent = user",
            "call": "$await load($args)\nuser = current",
            "state": "current = None",
        },
    ),
    Option(
        "attribute",
        parts={
            "inside": "holder.user = user",
            "call": "$await load($args)\nuser = holder.user",
            "state": "class Holder:\n    user = None\n\n\nholder = Holder()",
        },
    ),
    Option(
        "cache",
        parts={
            "inside": 'cache["user"] = user',
            "call": '$await load($args)\nuser = cache.get("user")',
            "state": "cache = {}",
        },
    ),
    Option(
        "closure",
        parts={
            "inside": "def give():\n    return user\n\nreturn give",
            "call": "user = $await(load($args))()",
        },
    ),
    Option("lambda", parts={"inside": "return lambda: user", "call": "user = $await(load($args))()"}),
    Option(
        "named tuple",
        parts={
            "inside": "return Found(user, 1)",
            "call": "user = $await(load($args)).user",
            "state": "class Found(NamedTuple):\n    user: User\n    count: int",
        },
    ),
)
