"""What the nodes of our trees mean beyond what their classes say.

Our trees hold only what the parser of Python 3.10 makes, on every host and for every syntax: a `type` statement is an
`Assign`, `except*` a `Try`, a t-string a `JoinedStr`, and type parameters are left out. These functions tell them apart
where it matters. Within a `JoinedStr` the positions of expressions are true; those of its `FormattedValue`s, texts and
specifications depend on the host.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.text import Range

if TYPE_CHECKING:
    import ast
    from typing import Literal

    # What a node can stand for.
    Meaning = Literal["alias", "lazy", "group", "template", "hole"]

_KEY = "sessile_meaning"


def mean(node: ast.AST, meaning: Meaning) -> None:
    """Notes what a node stands for."""
    vars(node)[_KEY] = meaning


def is_type_alias(node: ast.AST) -> bool:
    """Whether this `Assign` was written `type X = Y`; its value is evaluated when asked for, not here."""
    return vars(node).get(_KEY) == "alias"


def is_lazy_import(node: ast.AST) -> bool:
    """Whether this `Import` or `ImportFrom` was written with `lazy`."""
    return vars(node).get(_KEY) == "lazy"


def is_group_handler(node: ast.AST) -> bool:
    """Whether the handlers of this `Try` were written `except*`: then several of them may run."""
    return vars(node).get(_KEY) == "group"


def is_template(node: ast.AST) -> bool:
    """Whether this `JoinedStr` was written as a t-string: its value is a `Template`, not a string."""
    return vars(node).get(_KEY) == "template"


def is_hole(node: ast.AST) -> bool:
    """Whether this statement stands for text that does not parse.

    A `Pass` is lost as a whole (anything may have happened there); of a compound statement only the header is.
    """
    return vars(node).get(_KEY) == "hole"


def range_of(node: ast.expr | ast.stmt | ast.excepthandler | ast.arg | ast.keyword | ast.alias | ast.pattern) -> Range:
    """The range of a node, relative to its block; that of a definition begins at `def`, below its decorators."""
    end_line = node.end_lineno if node.end_lineno is not None else node.lineno
    end_column = node.end_col_offset if node.end_col_offset is not None else node.col_offset
    return Range.at(node.lineno, node.col_offset, end_line, end_column)
