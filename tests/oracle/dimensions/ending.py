"""How the writing ends."""

from __future__ import annotations

from ..option import Option

OPTIONS = (
    Option("commit", "$await session.commit()", weight=3),
    Option("nothing", weight=2),
    Option("flush", "$await session.flush()"),
    Option(
        "commit in a callee",
        "$await finish(session)",
        {"helpers": "$async def finish(session):\n    $await session.commit()"},
    ),
    Option(
        "flush in a callee",
        "$await finish(session)",
        {"helpers": "$async def finish(session):\n    $await session.flush()"},
    ),
    Option("commit if flag", "if flag:\n    $await session.commit()"),
    Option("commit or rollback", "if flag:\n    $await session.commit()\nelse:\n    $await session.rollback()"),
    Option(
        "commit either way",
        'if flag:\n    $await session.commit()\nelse:\n    print("quiet")\n    $await session.commit()',
    ),
    Option(
        "early return",
        'if flag:\n    return "skipped"\n$await session.commit()',
        never={"opening": ("nested function", "opened by self")},
    ),
    Option("raise before", 'if flag:\n    raise ValueError("refused")\n$await session.commit()'),
    Option(
        "commit, or rolled back and raised",
        "try:\n    $await session.commit()\nexcept SQLAlchemyError:\n    $await session.rollback()\n    raise",
    ),
    Option(
        "commit, else rolled back",
        "try:\n    $await session.flush()\nexcept SQLAlchemyError:\n"
        "    $await session.rollback()\nelse:\n    $await session.commit()",
    ),
    Option("commit in finally", 'try:\n    print("written")\nfinally:\n    $await session.commit()'),
    Option("rollback", "$await session.rollback()"),
    Option("commit, then more", '$await session.commit()\nsession.add(User(name="late"))'),
    Option("commit in a loop", "for _ in range(2):\n    $await session.commit()"),
    Option("expunge_all", "session.expunge_all()\n$await session.commit()"),
    Option("expire_all", "session.expire_all()\n$await session.commit()"),
    Option("savepoint", "savepoint = $await session.begin_nested()\n$await savepoint.commit()"),
    Option(
        "read, then commit",
        "print($await session.scalar(select(func.count()).select_from(User)))\n$await session.commit()",
    ),
    Option(
        "commit, read", "$await session.commit()\nprint($await session.scalar(select(func.count()).select_from(User)))"
    ),
    Option("suppressed commit", "with suppress(SQLAlchemyError):\n    $await session.commit()"),
)
