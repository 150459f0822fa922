"""Documents, positions and edits; depends on nothing of ours."""

from sessile.text.document import Document
from sessile.text.edits import Edit, apply_edits
from sessile.text.lines import LineIndex
from sessile.text.position import Encoding, Position, Range

__all__ = ["Document", "Edit", "Encoding", "LineIndex", "Position", "Range", "apply_edits"]
