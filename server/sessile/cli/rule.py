"""`sessile rule`: what a rule is about, or which rules there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.cli import options
from sessile.cli.app import CLEAN, UsageError
from sessile.output.styled import Styled, severity_style
from sessile.project.kinds import nearest
from sessile.rules.finding import Applicability

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from sessile.cli.app import App, Parser
    from sessile.cli.tools import Rule

_FIXES = {None: "", Applicability.SAFE: "safe fix", Applicability.UNSAFE: "unsafe fix"}

DESCRIPTION = "Explains a rule; without one, lists all of them."


def declare(parser: Parser) -> None:
    """Say what the command takes."""
    parser.add_argument("rule", nargs="?", metavar="CODE|NAME", help="such as SCOPE001 or attribute-outside-session")
    parser.add_argument("--all", action="store_true", help="explain all rules")
    parser.add_argument("--output-format", choices=("text", "json"), default="text", help="(default: text)")
    options.add_color(parser)


def run(arguments: argparse.Namespace, app: App) -> int:
    """Write one rule, all rules, or their list."""
    options.use_color(arguments, app)
    rules = app.tools.rules()
    if arguments.rule:
        rules = [_find(arguments.rule, rules)]
    if arguments.output_format == "json":
        from json import dumps

        records = [_record(rule) for rule in rules]
        app.terminal.say(dumps(records[0] if arguments.rule else records, indent=2) + "\n")
    elif arguments.rule or arguments.all:
        for rule in rules:
            _explain(rule, app)
    else:
        app.terminal.write(_list(rules))
    return CLEAN


def _find(word: str, rules: Sequence[Rule]) -> Rule:
    for rule in rules:
        if word.upper() == rule.code or word.lower() == rule.name:
            return rule
    known = [name for rule in rules for name in (rule.code, rule.name)]
    guess = nearest(word.upper() if word.upper() != word and any(c.isdigit() for c in word) else word, known)
    raise UsageError(f"`{word}` is no rule; {guess if guess.startswith('did') else 'see `sessile rule` for the list'}")


def _record(rule: Rule) -> dict[str, object]:
    return {
        "code": rule.code,
        "name": rule.name,
        "summary": rule.summary,
        "severity": rule.severity.value,
        "fix": rule.fix.value if rule.fix else None,
        "default": rule.default,
        "documentation": rule.documentation,
        "url": rule.url,
    }


def _explain(rule: Rule, app: App) -> None:
    text = rule.documentation.strip() + "\n"
    if not app.terminal.colours:
        app.terminal.say(text + "\n")
        return
    from rich.console import Console
    from rich.markdown import Markdown

    Console(file=app.terminal.out, force_terminal=True).print(Markdown(text), "")


def _list(rules: Sequence[Rule]) -> Iterator[Styled]:
    width = max((len(rule.name) for rule in rules), default=0)
    for rule in rules:
        yield Styled(f"{rule.code:<10}", "bold")
        yield Styled(f"{rule.name:<{width}}  ")
        yield Styled(f"{rule.severity.value:<11}  ", severity_style(rule.severity))
        yield Styled(f"{'on ' if rule.default else 'off'}  {_FIXES[rule.fix]}".rstrip() + "\n")
