"""Findings: what the tests of some runs show, in words, each with how sure it is. A kind is a file, and a line here. No torch."""

from core.evaluation.findings import (
    chosen,
    costs,
    far,
    few,
    files,
    repaired,
    sureness,
    swallowed,
    threshold,
    waves,
)
from core.evaluation.findings.evidence import Evidence
from core.evaluation.findings.finding import TITLES, Finder, Finding
from core.words import Text

FINDERS: tuple[Finder, ...] = (
    few.found,
    costs.found,
    repaired.found,
    far.found,
    swallowed.found,
    threshold.found,
    sureness.found,
    waves.found,
    files.found,
    chosen.found,
)
"""In the order in which they are told."""


def findings(evidence: Evidence) -> list[Finding]:
    """All that there is to tell, in the order of FINDERS."""
    return [one for find in FINDERS for one in find(evidence)]


def by_kind(found: list[Finding]) -> list[tuple[Text, list[Finding]]]:
    """Findings with what those of their kind answer, kinds in the order of their first."""
    kinds: dict[str, list[Finding]] = {}
    for one in found:
        kinds.setdefault(one.key, []).append(one)
    return [(TITLES[key], own) for key, own in kinds.items()]
