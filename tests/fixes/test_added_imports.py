"""Where an import is added, and what the imported thing is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sessile.fixes.changes import Changes
from sessile.flow.story import Site
from sessile.project.settings import Settings
from sessile.project.workspace import Workspace
from sessile.rules.repair import NotRepairable, Source
from sessile.text import Document, apply_edits

if TYPE_CHECKING:
    from pathlib import Path


def added(text: str, root: Path, *wanted: tuple[str, str], **files: str) -> tuple[str, list[str]]:
    """The text with imports of these things added for its last function, and what they are called there."""
    workspace = Workspace(str(root))
    for name, content in files.items():
        workspace.open(Document(str(root / f"{name}.py"), content))
    module = workspace.open(Document(str(root / "main.py"), text))
    source = Source(module, workspace, Settings(root=str(root)))
    block = next(placed.block for placed in reversed(module.module.blocks) if placed.block.tree.body)
    node = block.tree.body[-1]
    site = Site(module.path, block, getattr(node, "body", [node])[-1])
    changes = Changes(source)
    names = [changes.imported(site, *each) for each in wanted]
    draft = changes.draft()
    edits = [edit for file in draft.files for edit in file.edits]
    return apply_edits(text, edits), names


CODE = "\n\ndef f(x):\n    return x\n"
CASES = {
    "into an import that is there": (
        "from sqlalchemy.orm import Session\n",
        "from sqlalchemy.orm import Session, selectinload\n",
    ),
    "in order": (
        "from sqlalchemy.orm import Mapped, Session, undefer\n",
        "from sqlalchemy.orm import Mapped, Session, selectinload, undefer\n",
    ),
    "at the end of what has no order": (
        "from sqlalchemy.orm import undefer, Session\n",
        "from sqlalchemy.orm import undefer, Session, selectinload\n",
    ),
    "into a list over several lines": (
        "from sqlalchemy.orm import (\n    Mapped,\n    Session,  # the session\n)\n",
        "from sqlalchemy.orm import (\n    Mapped,\n    Session,  # the session\n    selectinload,\n)\n",
    ),
    "into the middle of a list over several lines": (
        "from sqlalchemy.orm import (\n    Session,\n    undefer,\n)\n",
        "from sqlalchemy.orm import (\n    Session,\n    selectinload,\n    undefer,\n)\n",
    ),
    "into a list in brackets on one line": (
        "from sqlalchemy.orm import (Mapped, Session)\n",
        "from sqlalchemy.orm import (Mapped, Session, selectinload)\n",
    ),
    "beside its kind": (
        "import os\n\nfrom fastapi import FastAPI\nfrom sqlalchemy import select\nfrom uvicorn import run\n",
        (
            "import os\n\nfrom fastapi import FastAPI\nfrom sqlalchemy import select\n"
            "from sqlalchemy.orm import selectinload\nfrom uvicorn import run\n"
        ),
    ),
    "after the standard library": (
        "import os\nimport sys\n",
        "import os\nimport sys\n\nfrom sqlalchemy.orm import selectinload\n",
    ),
    "before what is the project's own": (
        "import os\n\nfrom models import User\n",
        "import os\n\nfrom sqlalchemy.orm import selectinload\n\nfrom models import User\n",
    ),
    "behind the docstring": (
        '"""What it is for."""\n',
        '"""What it is for."""\n\nfrom sqlalchemy.orm import selectinload\n',
    ),
    "behind future and docstring": (
        '"""Doc."""\nfrom __future__ import annotations\n',
        '"""Doc."""\nfrom __future__ import annotations\n\nfrom sqlalchemy.orm import selectinload\n',
    ),
    "not for type checkers alone": (
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from sqlalchemy.orm import selectinload\n",
        (
            "from typing import TYPE_CHECKING\n\nfrom sqlalchemy.orm import selectinload\n\n"
            "if TYPE_CHECKING:\n    from sqlalchemy.orm import selectinload\n"
        ),
    ),
    "not into a try": (
        "import os\n\ntry:\n    from sqlalchemy.orm import Session\nexcept ImportError:\n    Session = None\n",
        (
            "import os\n\nfrom sqlalchemy.orm import selectinload\n\n"
            "try:\n    from sqlalchemy.orm import Session\nexcept ImportError:\n    Session = None\n"
        ),
    ),
    "beside a star": (
        "from sqlalchemy.orm import *\n",
        "from sqlalchemy.orm import *\nfrom sqlalchemy.orm import selectinload\n",
    ),
    "where a statement shares the line": (
        "import os; DEBUG = True\n",
        "import os; from sqlalchemy.orm import selectinload; DEBUG = True\n",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_import_is_added(case: str, tmp_path: Path) -> None:
    before, after = CASES[case]
    text, names = added(before + CODE, tmp_path, ("sqlalchemy.orm", "selectinload"), models="class User: pass\n")
    assert text == after + CODE
    assert names == ["selectinload"]


def test_import_of_a_file_without_any(tmp_path: Path) -> None:
    text, _ = added("#!/usr/bin/env python\n\n# What follows.\ndef f(x):\n    return x\n", tmp_path, ("a.b", "c"))
    assert text == "#!/usr/bin/env python\n\nfrom a.b import c\n\n\n# What follows.\ndef f(x):\n    return x\n"


@pytest.mark.parametrize(
    ("imports", "called"),
    [
        ("from sqlalchemy import text\n", "text"),
        ("from sqlalchemy import text as sql\n", "sql"),
        ("import sqlalchemy\n", "sqlalchemy.text"),
        ("import sqlalchemy as sa\n", "sa.text"),
        ("import os\n", "text"),
    ],
)
def test_a_name_that_is_there_is_used(imports: str, called: str, tmp_path: Path) -> None:
    _, names = added(imports + CODE, tmp_path, ("sqlalchemy", "text"))
    assert names == [called]


@pytest.mark.parametrize(
    "code",
    [
        "\n\ndef f(text):\n    return text\n",
        "\n\ndef f(x):\n    text = x\n    return text\n",
        "\n\ndef f(x):\n    for text in x:\n        return text\n",
        "\n\ntext = 1\n\n\ndef f(x):\n    return text\n",
        "\n\ndef text(x):\n    return x\n\n\ndef f(x):\n    return text(x)\n",
    ],
)
def test_a_name_that_is_taken_is_left_alone(code: str, tmp_path: Path) -> None:
    after, names = added("import os\n" + code, tmp_path, ("sqlalchemy", "text"))
    assert names == ["sa_text"]
    assert "from sqlalchemy import text as sa_text\n" in after


def test_two_things_of_one_module_are_one_import(tmp_path: Path) -> None:
    text, _ = added("import os\n" + CODE, tmp_path, ("sqlalchemy.orm", "undefer"), ("sqlalchemy.orm", "selectinload"))
    assert text == "import os\n\nfrom sqlalchemy.orm import selectinload, undefer\n" + CODE


def test_what_the_project_imports_for_type_checkers_only_is_not_imported(tmp_path: Path) -> None:
    text = "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from models import User\n" + CODE
    with pytest.raises(NotRepairable):
        added(text, tmp_path, ("models", "User"), models="class User: pass\n")
