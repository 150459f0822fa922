"""The facts of `editor_facts.py`, each in every editor. A test's name is the name of its fact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from editor_facts import (
    ACCOUNTS,
    BEHIND,
    BROKEN,
    DICTIONARY_TITLE,
    EDITORS,
    EXPIRE_NOTHING,
    EXPIRED,
    FACTORY,
    FACTS,
    HOW,
    IGNORE_TITLE,
    LAZY,
    LOAD_TITLE,
    OBJECT,
    RETURNED,
    SCALARS_TITLE,
    WITHOUT,
)
from editor_home import until

if TYPE_CHECKING:
    from editor import Editor
    from editor_facts import Place

Finding = dict[str, Any]


def test_every_fact_is_tested() -> None:
    tested = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}
    assert tested - {"every_fact_is_tested"} == set(FACTS)
    assert [each for each in (*HOW, *WITHOUT) if each[0] not in EDITORS or each[1] not in FACTS] == []


def test_findings(editor: Editor) -> None:
    editor.open(ACCOUNTS)
    findings = editor.home.check(ACCOUNTS)
    assert {"error", "warning", "information"} <= {each["severity"] for each in findings}
    see(editor, findings)


def test_story(editor: Editor) -> None:
    editor.open(ACCOUNTS)
    findings = editor.home.check(ACCOUNTS)
    see(editor, findings)
    said = plain(editor.story(EXPIRED.line))
    finding = at(findings, EXPIRED)
    assert len({each["filename"] for each in finding["related"]}) == 2
    assert [each["message"] for each in (finding, *finding["related"]) if plain(each["message"]) not in said] == []
    assert "db.py" in said


def test_quick_fix(editor: Editor) -> None:
    editor.open(LAZY.file)
    findings = editor.home.check(LAZY.file)
    see(editor, findings)
    finding = at(findings, LAZY)
    wanted = editor.home.repaired(finding)
    assert "import joinedload" in wanted[LAZY.file]
    editor.choose(LAZY, LOAD_TITLE)
    until("one finding less", editor.shown, lambda shown: len(shown) == len(findings) - 1)
    editor.save()
    until("the saved file", lambda: editor.home.read(LAZY.file), wanted[LAZY.file].__eq__)


def test_helpers(editor: Editor) -> None:
    editor.open(ACCOUNTS)
    findings = editor.home.check(ACCOUNTS)
    see(editor, findings)
    finding = at(findings, RETURNED)
    wanted = editor.home.repaired(finding)
    assert set(wanted) == {ACCOUNTS, "shop/session_helpers.py"}
    editor.choose(RETURNED, DICTIONARY_TITLE)
    until("one finding less", editor.shown, lambda shown: len(shown) == len(findings) - 1)
    editor.save()
    for file, text in wanted.items():
        until(f"{file} as it was to be", lambda file=file: editor.home.read(file), text.__eq__)


def test_characters(editor: Editor) -> None:
    path = editor.home.workspace / BEHIND.file
    lines = path.read_text().splitlines(keepends=True)
    lines[BEHIND.line - 1] = lines[BEHIND.line - 1].replace("return", "mark = 'é\U0001f600\U0001f600'; return")
    path.write_text("".join(lines))
    editor.open(BEHIND.file)
    findings = editor.home.check(BEHIND.file)
    see(editor, findings)
    wanted = editor.home.repaired(at(findings, BEHIND))
    assert list(wanted) == [BEHIND.file]
    editor.choose(BEHIND, SCALARS_TITLE)
    until("one finding less", editor.shown, lambda shown: len(shown) == len(findings) - 1)
    editor.save()
    until("the saved file", lambda: editor.home.read(BEHIND.file), wanted[BEHIND.file].__eq__)


def test_suppression(editor: Editor) -> None:
    editor.open(ACCOUNTS)
    findings = editor.home.check(ACCOUNTS)
    see(editor, findings)
    editor.choose(EXPIRED, IGNORE_TITLE)
    see(editor, [each for each in findings if each["code"] != "SCOPE001"])
    editor.save()
    until("the comment", lambda: "email  # sessile: ignore[SCOPE001]\n" in (editor.home.read(ACCOUNTS) or ""))


def test_hover(editor: Editor) -> None:
    editor.open(ACCOUNTS)
    see(editor, editor.home.check(ACCOUNTS))
    rule = plain(editor.hover(EXPIRED))
    assert "SCOPE001" in rule
    assert "attribute-outside-session" in rule
    known = plain(editor.hover(OBJECT))
    assert "Customer" in known
    assert "SCOPE001" not in known


def test_hints(editor: Editor) -> None:
    if (editor.name, "hints") in WITHOUT:
        pytest.skip(f"{EDITORS[editor.name]} shows no inlay hints")
    editor.open(ACCOUNTS)
    see(editor, editor.home.check(ACCOUNTS))
    editor.configure({"inlayHints": True})
    assert "customer: detached, all columns expired" in editor.hints(OBJECT.line)


def test_typing(editor: Editor) -> None:
    editor.open(ACCOUNTS)
    findings = editor.home.check(ACCOUNTS)
    see(editor, findings)
    editor.insert(EXPIRED.line, BROKEN)
    below = [moved(each) if each["location"]["row"] >= EXPIRED.line else each for each in findings]
    broken = {"severity": "error", "code": "SYNTAX", "location": {"row": EXPIRED.line}}
    see(editor, sorted([broken, *below], key=row))
    editor.delete(EXPIRED.line)
    see(editor, findings)


def test_elsewhere(editor: Editor) -> None:
    editor.open(ACCOUNTS)
    findings = editor.home.check(ACCOUNTS)
    see(editor, findings)
    editor.open(FACTORY.file)
    editor.delete(FACTORY.line)
    editor.insert(FACTORY.line, EXPIRE_NOTHING)
    editor.open(ACCOUNTS)
    until("that nothing expires", editor.shown, lambda shown: not any("SCOPE001" in each for each in shown))


def test_settings(editor: Editor) -> None:
    editor.open(ACCOUNTS)
    findings = editor.home.check(ACCOUNTS)
    see(editor, findings)
    editor.configure({"ignore": ["DETACH"]})
    see(editor, [each for each in findings if not each["code"].startswith("DETACH")])


def test_configuration(editor: Editor) -> None:
    editor.open(ACCOUNTS)
    findings = editor.home.check(ACCOUNTS)
    see(editor, findings)
    (editor.home.workspace / "sessile.toml").write_text('ignore = ["DETACH"]\n')
    editor.insert(1, "# one line more")
    editor.save()
    see(editor, [moved(each) for each in findings if not each["code"].startswith("DETACH")])


def test_restart(editor: Editor) -> None:
    editor.open(ACCOUNTS)
    findings = editor.home.check(ACCOUNTS)
    see(editor, findings)
    editor.home.kill_the_server()
    editor.restart()
    editor.insert(1, "# one line more")
    see(editor, [moved(each) for each in findings])


def see(editor: Editor, findings: list[Finding]) -> None:
    """Wait until exactly these are shown."""
    shown_as = editor.severities
    wanted = [f"{shown_as.get(each['severity'], each['severity'])} {each['code']} {row(each)}" for each in findings]
    until(f"{wanted}", editor.shown, wanted.__eq__)


def at(findings: list[Finding], place: Place) -> Finding:
    (finding,) = [each for each in findings if row(each) == place.line]
    return finding


def row(finding: Finding) -> int:
    line: int = finding["location"]["row"]
    return line


def moved(finding: Finding) -> Finding:
    """One line further down."""
    return {**finding, "location": {"row": row(finding) + 1}}


def plain(text: str) -> str:
    """Without the line breaks and the marks that editors put in or take out."""
    return "".join(each for each in text if each not in "`* \n\t\\")
