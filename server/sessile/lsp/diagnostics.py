"""Findings as the protocol's diagnostics.

Pure: the same report, text and client give the same diagnostics. `data` names a finding (its fingerprint and the
version of the text that it was found in); edits are never in it, they are computed when asked for.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

from lsprotocol.types import DiagnosticSeverity, DiagnosticTag

from sessile.lsp.convert import to_json
from sessile.rules.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from lsprotocol import types

    from sessile.lsp.capabilities import Client
    from sessile.lsp.documents import Opened
    from sessile.lsp.shapes import JsonDiagnostic, JsonLocation
    from sessile.rules.finding import Finding, Location, Related

SOURCE = "sessile"

SEVERITIES = {
    Severity.ERROR: DiagnosticSeverity.Error.value,
    Severity.WARNING: DiagnosticSeverity.Warning.value,
    Severity.INFORMATION: DiagnosticSeverity.Information.value,
    Severity.HINT: DiagnosticSeverity.Hint.value,
}
TAGS = {
    "GET003": DiagnosticTag.Deprecated.value,
    "DTO003": DiagnosticTag.Deprecated.value,
}


@dataclass(frozen=True, slots=True)
class DiagnosticWriter:
    """Writes diagnostics of one document for one client.

    `locate` gives the client's location of a place in another file, `link` the address of a rule's page.
    """

    client: Client
    locate: Callable[[Location], JsonLocation]
    link: Callable[[str], str | None]

    def all(self, findings: Iterable[Finding], opened: Opened) -> list[JsonDiagnostic]:
        """Diagnostics in the order of the findings."""
        return [self._one(each, opened) for each in findings]

    def _one(self, finding: Finding, opened: Opened) -> JsonDiagnostic:
        result: JsonDiagnostic = {
            "range": to_json(opened.document.lines, finding.location.range, self.client.encoding),
            "severity": SEVERITIES[finding.severity],
            "code": finding.code,
            "source": SOURCE,
            "message": finding.message if self.client.related_information else told(finding),
            "data": {"fingerprint": finding.fingerprint, "version": opened.version},
        }
        if href := self.link(finding.code):
            result["codeDescription"] = {"href": href}
        if (tag := TAGS.get(finding.code)) in self.client.diagnostic_tags and tag is not None:
            result["tags"] = [tag]
        if self.client.related_information:
            places = [(self._location(step, opened), step.message) for step in finding.related]
            result["relatedInformation"] = [{"location": place, "message": message} for place, message in places]
        return result

    def _location(self, step: Related, opened: Opened) -> JsonLocation:
        if step.location.path != opened.document.path:
            return self.locate(step.location)
        lines = opened.document.lines
        return {"uri": opened.uri, "range": to_json(lines, step.location.range, self.client.encoding)}


def told(finding: Finding) -> str:
    """The message with its story, for clients that show nothing else."""
    return "\n".join([finding.message, *(f"- {_place(each, finding)}: {each.message}" for each in finding.related)])


def _place(step: Related, finding: Finding) -> str:
    line = step.location.range.start.line
    elsewhere = step.location.path != finding.location.path
    return f"{os.path.basename(step.location.path)}:{line}" if elsewhere else f"line {line}"


def result_id(diagnostics: Sequence[JsonDiagnostic]) -> str:
    """Equal for equal diagnostics, in another process too; the version of the text does not count."""
    marks = [each["data"]["fingerprint"] if "data" in each else "" for each in diagnostics]
    identity = json.dumps([{**each, "data": mark} for each, mark in zip(diagnostics, marks, strict=True)])
    return blake2b(identity.encode(), digest_size=12).hexdigest()


def fingerprint(diagnostic: types.Diagnostic) -> str | None:
    """Which finding a client's diagnostic came from, if the client kept our `data`."""
    value = diagnostic.data.get("fingerprint") if isinstance(diagnostic.data, dict) else None
    return value if isinstance(value, str) else None
