"""What the numbers of a report mean: findings, errors by distance, the spectrum, pictures saved again. No torch."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.charts.drawing import Palette
from core.evaluation.distance_error import distance_table
from core.evaluation.files_learnt import falls
from core.evaluation.findings import by_kind, findings
from core.evaluation.findings.evidence import Evidence
from core.evaluation.findings.finding import MEANS, SURE
from core.evaluation.fourier import difference, whole_plane
from core.evaluation.fourier_said import difference_sentence
from core.noise.catalogue import get_noise
from core.reports import meaning_figures
from core.reports.words import word
from core.words import Language, rounded

MOST_MAPS = 6
"""Runs whose spectrum is drawn."""


@dataclass(frozen=True)
class Told:
    """One finding as a report writes it."""

    sure: str
    """In words."""
    sentence: str
    basis: str


@dataclass(frozen=True)
class Kind:
    """Findings that answer one question."""

    title: str
    told: tuple[Told, ...]


@dataclass(frozen=True)
class Drawn:
    """A chart: its title, what it says, and itself."""

    title: str
    about: str
    svg: str


@dataclass(frozen=True)
class Meaning:
    """What the numbers of a report mean."""

    kinds: tuple[Kind, ...]
    legend: tuple[str, ...]
    """What the words for how sure a finding is mean."""
    charts: tuple[Drawn, ...]
    resaved: tuple[tuple[str, ...], ...]
    """A row a run and check: run, check, points lost with interval, pictures; none where none was tested."""


def meaning_of(evidence: Evidence, palette: Palette, language: Language) -> Meaning:
    """All that there is; nothing is measured for it."""
    found = findings(evidence)
    kinds = tuple(
        Kind(
            title[language],
            tuple(Told(SURE[one.sure][language], one.sentence[language], one.basis[language]) for one in own),
        )
        for title, own in by_kind(found)
    )
    used = {one.sure for one in found}
    legend = tuple(f"{SURE[sure][language]}: {MEANS[sure][language]}" for sure in SURE if sure in used)
    charts = [
        one for one in (_distances(evidence, palette, language), _spectra(evidence, palette, language)) if one
    ]
    return Meaning(kinds, legend, tuple(charts), tuple(_resaved(evidence, language)))


def _distances(evidence: Evidence, palette: Palette, language: Language) -> Drawn | None:
    noises = evidence.comparison.noises
    tables = [
        (one.arm.label[language], distance_table(one.arm, one.distance, noises)) for one in evidence.runs
    ]
    known = [(name, table) for name, table in tables if (table["kind"] != "seen").any()]
    if not known:
        return None
    drawn = meaning_figures.distances(palette, known, language)
    return Drawn(word("distance", language), word("distance_about", language), drawn)


def _spectra(evidence: Evidence, palette: Palette, language: Language) -> Drawn | None:
    known = [
        (one, one.spectrum)
        for one in evidence.runs
        if one.spectrum is not None and one.spectrum.right is not None
    ]
    known = known[:MOST_MAPS]
    if not known:
        return None
    planes = [
        (one.arm.label[language], whole_plane(found.table(), found.side, "error"), found.side, False)
        for one, found in known
    ]
    said = [word("spectrum_about", language, images=f"{len(known[0][1].images):,}")]
    both = difference(known[0][1], known[1][1]) if len(known) == 2 else None
    if both is not None:
        plane = whole_plane(both.table(), both.first.side, "difference")
        planes.append((word("spectrum_difference", language), plane, both.first.side, True))
        said.insert(0, difference_sentence(both, known[0][0].name, known[1][0].name)[language])
    drawn = meaning_figures.spectra(palette, planes, language)
    return Drawn(word("spectrum", language), " ".join(said), drawn)


def _resaved(evidence: Evidence, language: Language) -> Sequence[tuple[str, ...]]:
    return [
        (
            one.arm.label[language],
            get_noise(fall.row).name[language],
            f"{rounded(100 * fall.value, 1)} ({rounded(100 * fall.low, 1)} – {rounded(100 * fall.high, 1)})",
            f"{fall.images:,}",
        )
        for one in (seed for row in evidence.runs for seed in row.singles)
        if one.test.resaved
        for fall in falls(one.answers, one.answers.groups)
    ]
