"""The module as a file: it can be copied alone, imports little and types well."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import sessile
from sessile.helpers import session_helpers

SOURCE = Path(session_helpers.__file__)


def python(code: str, *paths: Path) -> str:
    """Output of a fresh interpreter that sees only these paths beside its own libraries."""
    setup = f"import sys; sys.path[:0] = {[str(path) for path in paths]!r}\n"
    done = subprocess.run([sys.executable, "-I", "-c", setup + code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_copy_of_the_file_works_alone(tmp_path):
    (tmp_path / "copied.py").write_bytes(SOURCE.read_bytes())
    assert python("import copied, sys; print('sessile' in sys.modules, copied.model_to_dict(None))", tmp_path) == (
        "False None"
    )


def test_asynchronous_sqlalchemy_is_not_needed(tmp_path):
    (tmp_path / "copied.py").write_bytes(SOURCE.read_bytes())
    blocked = "sys.modules['sqlalchemy.ext.asyncio'] = None; sys.modules['greenlet'] = None; import copied; print('ok')"
    assert python(blocked, tmp_path) == "ok"


def test_the_package_imports_sqlalchemy_only_when_asked():
    code = (
        "import sessile, sessile.helpers as h; print('sqlalchemy' in sys.modules, h.model_to_dict(None), "
        "'sqlalchemy' in sys.modules)"
    )
    assert python(code, Path(sessile.__file__).parents[1]) == "False None True"


def test_the_package_re_exports_the_module():
    from sessile import helpers

    assert sorted(helpers.__all__) == sorted(session_helpers.__all__)
    assert all(getattr(helpers, name) is getattr(session_helpers, name) for name in helpers.__all__)
    with pytest.raises(AttributeError, match="nonsense"):
        _ = helpers.nonsense


TYPED = """
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_scoped_session
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, scoped_session
from session_helpers import get_or_create, model_to_dict, query_all, query_exists, query_one, safe_get

class Base(DeclarativeBase): ...
class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)

def sync(session: Session, scoped: scoped_session[Session], user: User) -> None:
    reveal_type(model_to_dict(user))
    reveal_type(model_to_dict(None))
    reveal_type(model_to_dict(session.get(User, 1)))
    reveal_type(query_one(session, select(User), User))
    reveal_type(query_all(scoped, select(User), User))
    reveal_type(query_exists(session, select(User)))
    reveal_type(safe_get(session, User, 1))
    reveal_type(safe_get(session, User, 1, to_dict=True))
    reveal_type(get_or_create(session, User, id=1))

async def asynchronous(session: AsyncSession, scoped: async_scoped_session[AsyncSession]) -> None:
    reveal_type(await query_one(session, select(User), User))
    reveal_type(await query_all(scoped, select(User), User))
    reveal_type(await query_exists(session, select(User)))
    reveal_type(await safe_get(session, User, 1))
    reveal_type(await safe_get(session, User, 1, to_dict=True))
    reveal_type(await get_or_create(session, User, id=1))
    safe_get(session, User, 1)
"""
REVEALED = """
dict[str, Any]
None
dict[str, Any] | None
User | None
list[User]
bool
User | None
dict[str, Any] | None
tuple[User, bool]
User | None
list[User]
bool
User | None
dict[str, Any] | None
tuple[User, bool]
"""


def test_types(tmp_path):
    """What mypy infers for each way of calling; forgetting `await` is an error."""
    api = pytest.importorskip("mypy.api")
    (tmp_path / "session_helpers.py").write_bytes(SOURCE.read_bytes())
    (tmp_path / "typed.py").write_text(TYPED)
    flags = ["--strict", "--python-version=3.10", f"--cache-dir={tmp_path}/cache", "--config-file="]
    output, errors, _status = api.run([*flags, "--no-error-summary", str(tmp_path / "typed.py")])
    assert errors == ""
    revealed = [line.partition('Revealed type is "')[2][:-1] for line in output.splitlines() if "Revealed" in line]
    plain = [text.replace("builtins.", "").replace("typed.", "") for text in revealed]
    assert plain == REVEALED.split("\n")[1:-1]
    problems = [line for line in output.splitlines() if ": error:" in line]
    assert len(problems) == 1
    assert 'Missing "await"' in output or "[unused-coroutine]" in problems[0]
