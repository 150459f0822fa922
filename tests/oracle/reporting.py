"""The table of agreement as Markdown; the terminal shows the same."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from .figures import FIGURES, brief, grouped
from .kinds import KINDS
from .program import Program

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from .comparing import Comparison, Failure

#: What differs in the messages of one failure.
_ANYTHING = re.compile(r"'[^']*'|<[^>]*>|\b\d+\b|; background.*| \(Background.*", re.I)

INTRODUCTION = """Written by `{command}` at {revision}; run it without `--seed` for programs that nobody has seen.

Programs are made of one option for each dimension: how the session opens, its options, how the object is got, mapped
and loaded, what happens to it, how it leaves, how it is read, and the control flow around all that. First come so
many that every pair of options occurs that can, then random ones. Each runs on each release, for every value of
its flags, and what the library does is the truth: which line raised what, which writes were lost when a session ended,
which lines sent a SELECT for each object. Then `sessile check` says what it thinks, in a project that pins the release.

- **recall**: exceptions for which a finding of the right rule, warning or above, names a line that they passed;
- **false error**: a finding of severity error on a line that raised in no run, and of which nothing else came true;
  what these runs do not show may be shown by others: without rows, with many, with rows of other keys, with a
  database that fails at one operation after the other;
- **warned of**: a warning of SCOPE, ROW or COMMIT on a program that ran clean; a session that is used after its end is
  warned of rightly if it still holds a transaction when the program is over;
- **lost write**: a session ended, or the program did, in a run without an exception, with changes that were neither
  committed nor rolled back;
- **N+1**: a line loads something of one object after the other, the more the more rows there are;
- **cured**: repaired by `--fix --unsafe-fixes`, the program runs clean. Only the newest release is repaired. Where the
  repaired program gets further and then fails in a way of which no rule speaks, it is counted apart;
- **outside the catalogue**: no rule speaks of such a failure.

A row counts programs, once for each release that they run on."""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines) + "\n"


def overall(comparisons: Sequence[Comparison]) -> str:
    """Every figure, for all releases and for each."""
    releases = grouped(comparisons, lambda each: each.release)
    groups = [list(comparisons), *releases.values()]
    rows = [
        [figure.name, *(str(figure.of(group)) for group in groups), _bar(figure.least, figure.most)]
        for figure in FIGURES
    ]
    return table(["figure", "all", *releases, "bar"], rows)


def _bar(least: float | None, most: float | None) -> str:
    return f"at least {least:g} %" if least is not None else f"at most {most:g} %" if most is not None else ""


def by_value(comparisons: Sequence[Comparison]) -> Iterator[tuple[str, str]]:
    """For each dimension of each kind, its title and the brief figures of each of its values."""
    for kind in KINDS.values():
        own = [each for each in comparisons if each.key.startswith(f"{kind.name} | ")]
        for at, dimension in enumerate(kind.dimensions):
            groups = grouped(own, lambda each, at=at: Program.of(each.key).names[at])  # type: ignore[misc]
            rows = [[name, *(str(figure.of(groups[name])) for figure in brief())] for name in sorted(groups)]
            yield f"{kind.name}: {dimension.name}", table(["value", *(figure.name for figure in brief())], rows)


def by_modules(comparisons: Sequence[Comparison]) -> str:
    """Programs of one module and of several, apart."""
    groups = grouped(comparisons, lambda each: "several modules" if Program.of(each.key).apart else "one module")
    rows = [[name, *(str(figure.of(group)) for figure in brief())] for name, group in sorted(groups.items())]
    return table(["program", *(figure.name for figure in brief())], rows)


def by_failure(comparisons: Sequence[Comparison]) -> str:
    """How the failures of each rule's family are found, and those that no rule speaks of."""
    found: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for each in comparisons:
        total.update(_family(failure) for failure in each.failures)
        found.update(_family(failure) for failure, *_ in each.hits)
    rows = [[name, str(found[name]), str(number)] for name, number in total.most_common()]
    return table(["rules: exception", "found", "of"], rows)


def outside(comparisons: Iterable[Comparison]) -> str:
    """The failures that no rule speaks of, by what is the same in their messages."""
    total = Counter(f"{one.error}: {_ANYTHING.sub('…', one.message)}" for each in comparisons for one in each.unnamed)
    return table(["exception", "of"], [[name, str(number)] for name, number in total.most_common()])


def _family(failure: Failure) -> str:
    codes = "/".join(failure.codes) or "outside the catalogue"
    return f"{codes}: {failure.error}"


def document(
    comparisons: Sequence[Comparison], pairs: Mapping[str, tuple[int, int]], command: str, revision: str
) -> str:
    """`docs/agreement.md`."""
    covered = table(
        ["kind", "pairs that occur", "feasible pairs"], [[kind, str(a), str(b)] for kind, (a, b) in pairs.items()]
    )
    parts = [
        "# How far Sessile agrees with SQLAlchemy",
        INTRODUCTION.format(command=command, revision=revision),
        overall(comparisons),
        "## Programs of several modules",
        by_modules(comparisons),
        "## By failure",
        by_failure(comparisons),
        "## Outside the catalogue",
        outside(comparisons),
        "## Pairs of values",
        covered,
        *(f"## By {title}\n\n{text}" for title, text in by_value(comparisons)),
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"
