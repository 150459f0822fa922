"""Where things happen and what happened: the raw material of related locations, hover and `sessile explain`.

A site names a syntax node within its block, so it stays right when other blocks of the file move.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.flow.records import record

if TYPE_CHECKING:
    import ast

    from sessile.syntax import Block


@record(frozen=True, slots=True, eq=False)
class Site:
    """A syntax node in a block of a file."""

    path: str
    block: Block
    node: ast.AST

    @property
    def key(self) -> tuple[str, int]:
        """Identifies the place within one run."""
        return (self.path, id(self.node))


@record(frozen=True, slots=True)
class Step:
    """One change in the life of an object or session, told in the past tense: "expired by the commit"."""

    site: Site
    text: str


Story = tuple[Step, ...]

#: A story keeps its first step (the origin) and the last ones; loops would make it grow without end.
LONGEST = 8


def told(story: Story, step: Step) -> Story:
    """The story with one step more; a step that was just told is not told twice."""
    if story and story[-1].site.key == step.site.key and story[-1].text == step.text:
        return story
    longer = (*story, step)
    return longer if len(longer) <= LONGEST else (longer[0], *longer[-(LONGEST - 1) :])
