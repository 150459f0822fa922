"""Files as blocks that are parsed on their own, survive edits and lose only themselves when they are broken."""

from sessile.syntax.block import Block
from sessile.syntax.module import Module, Placed, parse
from sessile.syntax.parsing import parses
from sessile.syntax.problem import SyntaxProblem
from sessile.syntax.source import Decoded, UndecodableError, read_source

__all__ = [
    "Block",
    "Decoded",
    "Module",
    "Placed",
    "SyntaxProblem",
    "UndecodableError",
    "parse",
    "parses",
    "read_source",
]
