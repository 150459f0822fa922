"""Whose affair a problem is: what a called function does all by itself is told where that function is analysed."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sessile.flow.events import Event
    from sessile.flow.story import Site
    from sessile.flow.world import World


def calls_of(world: World) -> tuple[Site, ...]:
    """The calls between the function that is analysed and the present one, outermost first."""
    return tuple(frame.call for frame in world.frames[1:] if frame.call is not None)


def in_one_call(first: tuple[Site, ...], second: tuple[Site, ...]) -> bool:
    """Whether two things happened in the same call of the function that is analysed."""
    return bool(first and second) and first[0].key == second[0].key


def takes_part(event: Event, *sites: Site) -> bool:
    """Whether the event, or one of the sites that led to it, lies in the function that is analysed."""
    if not calls_of(event.world):
        return True
    nodes = {id(site.node) for site in sites}
    return any(id(node) in nodes for node in ast.walk(event.world.frames[0].scope.node))
