"""`python -m tests.oracle`: generate, run, compare, and write what came of it."""

from __future__ import annotations

import argparse
import contextlib
import json
import secrets
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from . import disagreements, reporting
from .generating import COUNT, coverage, programs
from .library import RELEASES, installed
from .program import Program
from .running import CHUNK, all_examined

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .comparing import Comparison

ROOT = Path(__file__).resolve().parents[2]


def main(words: Sequence[str] | None = None) -> int:
    """Run the oracle; 0 if nothing is disagreed on."""
    options = _options(words)
    releases = options.versions or installed()
    wanted = tuple(RELEASES[name] for name in releases)
    if options.only:
        chosen = [Program.of(key) for key in options.only]
    else:
        chosen = list(programs(options.seed, options.programs, wanted))
    found = _examined(chosen, releases, options)
    wrong = disagreements.written(found, options.disagreements)
    sys.stdout.write(reporting.overall(found) + "\n" + reporting.by_modules(found) + "\n" + reporting.by_failure(found))
    sys.stdout.write(f"\n{wrong} disagreements: {options.disagreements}\nseed {options.seed}\n")
    if options.write:
        done = [Program.of(key) for key in dict.fromkeys(each.key for each in found)]
        command = f"python -m tests.oracle --programs {len(done)} --seed {options.seed}"
        command += " --fixes" if options.fixes else ""
        pairs = coverage(done, wanted, options.seed)
        options.write.write_text(reporting.document(found, pairs, command, _revision()), "utf-8")
    return 1 if wrong else 0


def _examined(chosen: Sequence[Program], releases: Sequence[str], options: argparse.Namespace) -> list[Comparison]:
    """The comparisons of as many programs as there is time for."""
    found: list[Comparison] = []
    start = time.monotonic()
    with contextlib.ExitStack() as stack:
        lines = stack.enter_context(options.json.open("w", encoding="utf-8")) if options.json else None
        parts = all_examined(chosen, releases, options.workers, options.fixes)
        stack.callback(parts.close)
        for done, part in enumerate(parts, 1):
            found += part
            seconds = time.monotonic() - start
            sys.stderr.write(f"\r{min(CHUNK * done, len(chosen))} of {len(chosen)} programs, {seconds:.0f} s ")
            sys.stderr.flush()
            if lines is not None:
                lines.writelines(json.dumps(each.as_data()) + "\n" for each in part)
            if options.minutes and seconds > 60 * options.minutes:
                break
    sys.stderr.write("\n")
    return found


def _revision() -> str:
    words = ["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"]
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip() or "an unknown revision"


def _options(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.oracle", description=__doc__)
    parser.add_argument("--programs", type=int, default=COUNT, help=f"how many ({COUNT})")
    parser.add_argument(
        "--seed", type=int, default=secrets.randbelow(10**6), help="what all choices follow from (a new one)"
    )
    parser.add_argument(
        "--versions", nargs="*", choices=RELEASES, help="the environments to run on (all that are installed)"
    )
    parser.add_argument(
        "--only",
        nargs="*",
        action="extend",
        metavar="KEY",
        help="examine these programs, named as their files are headed",
    )
    parser.add_argument("--fixes", action="store_true", help="repair each program, too, and run what comes of it")
    parser.add_argument("--workers", type=int, default=2, help="processes (2)")
    parser.add_argument("--minutes", type=float, help="stop after so long, and report what was done (never)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every comparison as a line of JSON")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the whole table, such as docs/agreement.md")
    parser.add_argument(
        "--disagreements", type=Path, default=ROOT / ".oracle", metavar="DIR", help="where they are written (.oracle)"
    )
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main())
