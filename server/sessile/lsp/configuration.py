"""Settings: asked of the client, read from the projects, and what is wrong with them told in the file itself.

A pop-up at each keystroke in a half-written pyproject.toml helps nobody: the last good settings stay in force and the
mistake is a diagnostic at its place.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from lsprotocol import types

from sessile.lsp.diagnostics import SOURCE
from sessile.lsp.options import SECTION, read_options
from sessile.lsp.uris import to_uri
from sessile.rules.finding import Location

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Future

    from sessile.lsp.backend import ConfigurationProblem
    from sessile.lsp.documents import Opened
    from sessile.lsp.shapes import JsonDiagnostic
    from sessile.lsp.snapshot import Snapshot
    from sessile.lsp.state import State

log = logging.getLogger(__name__)

PATIENCE = 2.0
"""Seconds after `initialize` in which the client may tell its settings before the server goes on without them."""


def expect_settings(state: State) -> None:
    """Go on without the client's settings if they do not come."""
    asyncio.get_running_loop().call_later(PATIENCE, lambda: None if state.ready.is_set() else reconfigure(state))


def ask_for_settings(state: State) -> None:
    """Ask the client for its settings of each folder, where it can be asked, and apply what it says."""
    if not state.client.pulls_configuration:
        reconfigure(state)
        return
    scopes = [types.ConfigurationItem(scope_uri=to_uri(each), section=SECTION) for each in state.folders]
    items = [types.ConfigurationItem(section=SECTION), *scopes]
    answer = state.peer.workspace_configuration(types.ConfigurationParams(items=items))
    answer.add_done_callback(lambda done: _take_settings(state, done))


def take_pushed_settings(state: State, settings: object) -> None:
    """Settings that the client sends of its own accord; they hold for all folders."""
    if isinstance(settings, dict) and settings:
        state.options = {"": read_options(settings)}
    reconfigure(state)


def reconfigure(state: State) -> None:
    """Read the projects' configuration again and diagnose everything anew."""
    options = {folder: state.options.get(folder, state.options_for("")) for folder in ("", *state.folders)}
    try:
        state.backend.configure(options)
        tell_problems(state)
    except Exception:
        log.exception("reading the configuration failed")
    state.ready.set()
    state.diagnosis.recheck()
    if state.checks_workspace:
        state.workspace.again()
    else:
        state.workspace.clear()


def _take_settings(state: State, answer: Future[Sequence[object]]) -> None:
    try:
        values = list(answer.result())
    except Exception as error:
        log.warning("the client did not tell its settings: %s", error)
        values = []
    told = dict(zip(("", *state.folders), values, strict=False))
    everywhere = read_options(told.get("")) if told.get("") else state.initial_options
    own = {path: read_options(told.get(path)) if told.get(path) else everywhere for path in state.folders}
    state.options = {"": everywhere, **own}
    reconfigure(state)


def tell_problems(state: State) -> None:
    """Show in each configuration file what is wrong with it, if that is not shown already; one that is open counts as
    it is being edited, and clients that pull ask for that themselves."""
    opened = {each.document.path: each.document for each in state.documents.opened.values() if each.configuration}
    problems = [each for each in state.backend.problems() if each.path not in opened]
    for document in () if state.client.pulls else opened.values():
        problems += state.backend.problems_in(document)
    for path in dict.fromkeys(each.path for each in (*state.told, *problems)):
        found = [each for each in problems if each.path == path]
        if found != [each for each in state.told if each.path == path]:
            state.publish(_uri(state, path), [_diagnostic(state.snapshot(), each) for each in found])
    state.told = tuple(problems)
    state.status.changed()


def configuration_diagnostics(snapshot: Snapshot, opened: Opened) -> list[JsonDiagnostic]:
    """What is wrong with an open configuration file."""
    return [_diagnostic(snapshot, each) for each in snapshot.backend.problems_in(opened.document)]


def _diagnostic(seen: Snapshot, problem: ConfigurationProblem) -> JsonDiagnostic:
    place = seen.desk.located(Location(problem.path, problem.range), seen.documents, seen.client)
    return {
        "range": place["range"],
        "severity": types.DiagnosticSeverity.Error.value,
        "code": "configuration",
        "source": SOURCE,
        "message": problem.message,
    }


def _uri(state: State, path: str) -> str:
    known = (uri for uri, each in state.documents.opened.items() if each.document.path == path)
    return next(known, to_uri(path))
