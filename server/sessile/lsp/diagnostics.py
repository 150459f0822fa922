"""Findings as the protocol's diagnostics.

Pure: the same report, text and client give the same diagnostics. `data` names a finding (its fingerprint and the
version of the text that it was found in); edits are never in it, they are computed when asked for.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

from lsprotocol import types

from sessile.lsp.convert import to_client
from sessile.rules.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sessile.lsp.capabilities import Client
    from sessile.lsp.documents import Opened
    from sessile.rules.finding import Finding, Location, Related

SOURCE = "sessile"

SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFORMATION: types.DiagnosticSeverity.Information,
    Severity.HINT: types.DiagnosticSeverity.Hint,
}
TAGS = {
    "COMMIT004": types.DiagnosticTag.Unnecessary,
    "GET003": types.DiagnosticTag.Deprecated,
    "DTO003": types.DiagnosticTag.Deprecated,
}


@dataclass(frozen=True, slots=True)
class DiagnosticWriter:
    """Writes diagnostics of one document for one client.

    `locate` gives the client's location of a place in any file, `link` the address of a rule's page.
    """

    client: Client
    locate: Callable[[Location], types.Location]
    link: Callable[[str], str | None]

    def all(self, findings: Iterable[Finding], opened: Opened) -> list[types.Diagnostic]:
        """Diagnostics in the order of the findings."""
        return [self._one(each, opened) for each in findings]

    def _one(self, finding: Finding, opened: Opened) -> types.Diagnostic:
        href = self.link(finding.code)
        tag = TAGS.get(finding.code)
        story = [self._step(each) for each in finding.related] if self.client.related_information else None
        return types.Diagnostic(
            range=to_client(opened.document.lines, finding.location.range, self.client.encoding),
            message=finding.message if self.client.related_information else told(finding),
            severity=SEVERITIES[finding.severity],
            code=finding.code,
            code_description=types.CodeDescription(href=href) if href else None,
            source=SOURCE,
            tags=[tag] if tag is not None and tag in self.client.diagnostic_tags else None,
            related_information=story,
            data={"fingerprint": finding.fingerprint, "version": opened.version},
        )

    def _step(self, step: Related) -> types.DiagnosticRelatedInformation:
        return types.DiagnosticRelatedInformation(location=self.locate(step.location), message=step.message)


def told(finding: Finding) -> str:
    """The message with its story, for clients that show nothing else."""
    return "\n".join([finding.message, *(f"- {_place(each, finding)}: {each.message}" for each in finding.related)])


def _place(step: Related, finding: Finding) -> str:
    line = step.location.range.start.line
    elsewhere = step.location.path != finding.location.path
    return f"{os.path.basename(step.location.path)}:{line}" if elsewhere else f"line {line}"


def result_id(diagnostics: Sequence[types.Diagnostic]) -> str:
    """Equal for equal diagnostics, in another process too; the version of the text does not count."""
    identity = repr([_identity(each) for each in diagnostics])
    return blake2b(identity.encode("utf-8", "replace"), digest_size=12).hexdigest()


def fingerprint(diagnostic: types.Diagnostic) -> str | None:
    """Which finding a client's diagnostic came from, if the client kept our `data`."""
    value = diagnostic.data.get("fingerprint") if isinstance(diagnostic.data, dict) else None
    return value if isinstance(value, str) else None


def _identity(diagnostic: types.Diagnostic) -> tuple[object, ...]:
    story = diagnostic.related_information or ()
    related = [(step.location.uri, _corners(step.location.range), step.message) for step in story]
    return (
        *(_corners(diagnostic.range), diagnostic.code, diagnostic.severity, diagnostic.message),
        *(diagnostic.tags, fingerprint(diagnostic), related),
    )


def _corners(where: types.Range) -> tuple[int, int, int, int]:
    return where.start.line, where.start.character, where.end.line, where.end.character
