"""Whether a run may have learned how files were saved, or another shortcut that the import's check warned of."""

from collections.abc import Iterator

import numpy as np

from core.data.dataset import DataSet
from core.data.review.files import differing
from core.data.review.shortcut import is_warning
from core.evaluation.files_learnt import TRAITS, falls, suspected
from core.evaluation.findings.evidence import Evidence
from core.evaluation.findings.finding import Finding, Where
from core.words import Text, fill_text

_DIFFER = Text(
    en="The files of the classes differ in {traits}: a model can tell them apart by that, whatever the pictures show. Save all pictures in"
    " one way and import them anew to be sure.",
    ko="클래스마다 파일의 {traits:이/가} 다릅니다. 모델이 사진 내용이 아니라 그 차이로 구별할 수 있습니다. 모든 사진을 같은 방식으로 저장해 다시 가져오면 확실합니다.",
)


def found(evidence: Evidence) -> Iterator[Finding]:
    """Of each run that falls where all pictures are saved again alike; else of its data set what was found at import."""
    told: set[str] = set()
    for one in (seed for row in evidence.runs for seed in row.singles):
        if one.data_set is None:
            continue
        groups = one.data_set.groups
        own = None if groups is None else np.asarray(groups)[one.answers.images]
        fallen = falls(one.answers, own)
        said = suspected(fallen, one.data_set.card.files, one.test.class_labels)
        if said is not None:
            told.add(one.data_set.id)
            sentence = fill_text(Text(en="{name}: {said}", ko="{name}: {said}"), name=one.name, said=said)
            basis = Text(
                en="Pictures saved again alike, and what their files were like at import",
                ko="똑같이 다시 저장한 사진의 시험과, 가져올 때 파일의 차이",
            )
            yield Finding(
                "files", "suspected", sentence, basis, (one.run.id,), Where("results", {"tab": "distance"})
            )
    for data_set in {one.data_set.id: one.data_set for one in evidence.runs if one.data_set}.values():
        here = [one for one in evidence.runs if one.data_set and one.data_set.id == data_set.id]
        runs = tuple(run for one in here for run in one.ids)
        yield from _of_import(data_set, runs, data_set.id in told)


def _of_import(data_set: DataSet, runs: tuple[str, ...], told: bool) -> Iterator[Finding]:
    traits = differing(data_set.card.files)
    basis = fill_text(
        Text(en="The check of the import of “{name}”", ko="“{name}” 데이터를 가져올 때의 검사"),
        name=data_set.name,
    )
    if traits and not told:
        names = Text(
            en=" and ".join(TRAITS[trait]["en"] for trait in traits),
            ko=", ".join(TRAITS[trait]["ko"] for trait in traits),
        )
        yield Finding("files", "suspected", fill_text(_DIFFER, traits=names), basis, runs)
    for note in data_set.card.notes:
        if is_warning(note):
            yield Finding("shortcut", "suspected", note, basis, runs)
