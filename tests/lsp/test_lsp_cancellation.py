"""A cancelled request is answered as such, once; one that nobody waits for any more costs no analysis."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lsp_clients import LAZY, PULLING

if TYPE_CHECKING:
    from lsp_raw import RawClient

URI = "file:///w/a.py"
REQUEST_CANCELLED, CONTENT_MODIFIED = -32800, -32801
DIAGNOSTIC = ("textDocument/diagnostic", {"textDocument": {"uri": URI}})


def test_queued_requests_are_cancelled(raw: RawClient) -> None:
    raw.initialize(PULLING)
    raw.open(URI, "slow = 1\n")
    raw.request(*DIAGNOSTIC)
    ids = []
    for version in range(2, 22):
        raw.change(URI, version, {"text": f"slow = {version}\n"})
        ids.append(raw.ask(*DIAGNOSTIC))
        raw.notify("$/cancelRequest", {"id": ids[-1]})
    replies = {each: raw.reply(each) for each in ids[:1]}
    replies |= {each: raw.reply(each) for each in ids[1:]}
    cancelled = [each for each in replies.values() if each.get("error", {}).get("code") == REQUEST_CANCELLED]
    assert len(cancelled) >= 15
    answered = [each["id"] for each in raw.seen if "method" not in each and each.get("id") in ids]
    assert sorted(answered) == sorted(ids), "each exactly once"


def test_work_in_slices_is_cancelled_between_two_of_them(raw: RawClient) -> None:
    raw.initialize(LAZY)
    raw.open(URI, "slow = badname\n" * 80)
    raw.diagnostics(URI)
    task = {"title": "t", "data": {"kind": "fixAll", "uri": URI, "version": 1, "subject": "", "line": 0}}
    request = raw.ask("codeAction/resolve", task)
    hover = raw.ask("textDocument/hover", {"textDocument": {"uri": URI}, "position": {"line": 0, "character": 8}})
    assert "result" in raw.reply(hover), "another request gets its turn between two slices"
    assert not [each for each in raw.seen if each.get("id") == request and "method" not in each]
    raw.notify("$/cancelRequest", {"id": request})
    assert raw.reply(request)["error"]["code"] == REQUEST_CANCELLED


def test_an_edit_between_two_slices_makes_the_answer_void(raw: RawClient) -> None:
    raw.initialize(LAZY)
    raw.open(URI, "slow = badname\n" * 20)
    raw.diagnostics(URI)
    task = {"title": "t", "data": {"kind": "fixAll", "uri": URI, "version": 1, "subject": "", "line": 0}}
    request = raw.ask("codeAction/resolve", task)
    hover = raw.ask("textDocument/hover", {"textDocument": {"uri": URI}, "position": {"line": 0, "character": 8}})
    raw.reply(hover)
    raw.change(URI, 2, {"text": "slow = badname\n"})
    assert raw.reply(request)["error"]["code"] == CONTENT_MODIFIED


@pytest.mark.parametrize("params", [None, {}, {"id": None}, {"id": "unknown"}, {"id": 99}, {"id": []}, []])
def test_cancelling_nothing_does_nothing(raw: RawClient, params: object) -> None:
    raw.initialize()
    raw.notify("$/cancelRequest", params)
    assert raw.end() == 0


def test_an_answered_request_cannot_be_cancelled(raw: RawClient) -> None:
    raw.initialize(PULLING)
    raw.open(URI, "")
    request = raw.ask(*DIAGNOSTIC)
    raw.reply(request)
    raw.notify("$/cancelRequest", {"id": request})
    raw.request(*DIAGNOSTIC)
    assert sum(each.get("id") == request and "method" not in each for each in raw.seen) == 1


def test_shutdown_answers_what_still_runs(raw: RawClient) -> None:
    raw.initialize(LAZY)
    raw.open(URI, "slow = badname\n" * 80)
    raw.diagnostics(URI)
    task = {"title": "t", "data": {"kind": "fixAll", "uri": URI, "version": 1, "subject": "", "line": 0}}
    request = raw.ask("codeAction/resolve", task)
    shutdown = raw.ask("shutdown")
    assert raw.reply(shutdown)["result"] is None
    if not [each for each in raw.seen if each.get("id") == request]:
        assert raw.reply(request)["error"]["code"] == REQUEST_CANCELLED
    raw.notify("exit")
    assert raw.process.wait(10) == 0
