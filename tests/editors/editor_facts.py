"""What every editor has to show, and where in the example shop it is seen.

`test_facts.py` has one test for each fact; `python scripts/generate.py` writes the table in docs/editors.md from this.
"""

from __future__ import annotations

from dataclasses import dataclass

FACTS = {
    "findings": "An open file shows its findings, each with its severity, its code and its line.",
    "story": "The whole story of a finding can be read, across files.",
    "quick_fix": "A quick fix changes the saved file, its import included.",
    "helpers": "A fix that needs the helpers module creates it.",
    "characters": "A quick fix meets its place behind characters outside of ASCII.",
    "suppression": "A finding is ignored by a comment from the menu.",
    "hover": "Hover tells what is known of an object, and the rule that speaks of it.",
    "hints": "Behind the lines where it happens it is told what becomes of an object, for those who want that.",
    "typing": "While a statement is half typed, all other findings stay where they belong.",
    "elsewhere": "A change in one file, not saved yet, changes the findings of another.",
    "settings": "A change of the editor's own settings changes the findings.",
    "configuration": "A change of the project's configuration file counts at the next save, or before.",
    "restart": "After a crash of the server everything is there again.",
}

EDITORS = {
    "neovim": "Neovim 0.7",
    "neovim-newest": "Neovim 0.12",
    "emacs": "Emacs 28 with eglot",
    "vim": "Vim 9 with ALE",
    "helix": "Helix 25",
    "vscode": "VS Code 1.100",
}

HOW = {
    ("neovim", "story"): "within the message",
    ("neovim", "restart"): "by `:edit`",
    ("neovim-newest", "story"): "related locations",
    ("neovim-newest", "restart"): "by `:edit`",
    ("emacs", "findings"): "information as notes",
    ("emacs", "story"): "within the message",
    ("emacs", "helpers"): "in a new buffer",
    ("emacs", "restart"): "by itself",
    ("vim", "findings"): "information as warnings",
    ("vim", "story"): "by `:ALEDetail`",
    ("vim", "helpers"): "in a new buffer",
    ("vim", "restart"): "by itself, at the next change",
    ("helix", "story"): "within the message",
    ("helix", "hints"): "with `display-inlay-hints`, in files opened after `:lsp-restart`",
    ("helix", "settings"): "after `:lsp-restart`",
    ("helix", "restart"): "by `:lsp-restart`",
    ("vscode", "story"): "related locations",
    ("vscode", "restart"): "by itself",
}
"""What is worth knowing of a fact in an editor."""

WITHOUT = {("neovim", "hints"), ("emacs", "hints"), ("vim", "hints")}
"""What these editors, in these versions, have no means for."""


@dataclass(frozen=True)
class Place:
    """A word in a line of a file of the workspace."""

    file: str
    line: int
    word: str


LOAD_TITLE = "Load `category` with the query"
SCALARS_TITLE = "Insert `.scalars()` before `.first()`"
DICTIONARY_TITLE = "Return model_to_dict(...)"
IGNORE_TITLE = "Ignore SCOPE001 for this line"

ACCOUNTS = "shop/services/accounts.py"
EXPIRED = Place(ACCOUNTS, 40, "customer.email")
OBJECT = Place(ACCOUNTS, 39, "customer")
RETURNED = Place(ACCOUNTS, 23, "customer")
LAZY = Place("shop/services/catalogue.py", 25, "product.category")
BEHIND = Place("shop/services/reports.py", 29, "session")
FACTORY = Place("shop/db.py", 17, "SessionFactory")
BROKEN = "            session."
"""Half a statement, for the end of the block above `EXPIRED`'s line."""
EXPIRE_NOTHING = "SessionFactory = sessionmaker(engine, expire_on_commit=False)"
