"""How far the noises of a test are from all that a run was trained on: seen, near or far. No torch.

The minimal sample distance of Mintun, Kirillov and Xie (2021, arXiv 2102.11273): a noise moves the mean of a network's features
over many pictures; of all that training may do to pictures, the nearest mean counts. Features are those of the clean-trained
twin of the run, or of a fixed network where there is none. core.evaluation.shifts measures them.
"""

import hashlib
import io
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import DataSet
from core.errors import UnknownName
from core.files import DAMAGED, digest_of, write_bytes
from core.noise.catalogue import all_noises
from core.noise.mix import Mix
from core.noise.stack import DRAWS, Layer
from core.runs.recipe import get_model
from core.runs.runs import Run, list_runs, open_run
from core.store import Workspace
from core.words import Text

Kind = Literal["seen", "near", "far"]
Shift = NDArray[np.float32]
"""W: by how much the mean of each feature moves."""

NEAR = 0.5
"""Near is what lies nearer to something seen in training than this part of its own way from clean pictures."""
LEVELS = (1, 3, 5)
"""Severities at which a tested noise is measured."""
POINTS = 5
"""Of a noise that a mix draws from ranges of parameters, how many points of these are measured."""
AUGMENTED = 24
"""Draws of an augmentation that are measured, each put on all the pictures."""
PICTURES = 128
FIXED = "efficientnet_lite0"
"""Whose features are taken where a run has no clean-trained twin."""
_FORM = 1
"""Counts the ways in which shifts were measured."""

KINDS: dict[Kind, Text] = {
    "seen": Text(en="seen in training", ko="학습 때 본 노이즈"),
    "near": Text(en="near to what was seen", ko="본 것과 비슷한 노이즈"),
    "far": Text(en="far from all that was seen", ko="본 것과 다른 노이즈"),
}
RULE = Text(
    en="A noise is seen where training used it, near where it moves what a network sees of the pictures in a way that lies closer "
    "to something training showed than half of the whole move, and else far.",
    ko="학습에 쓴 노이즈는 ‘본 것’입니다. 노이즈가 모델이 보는 특징을 옮긴 자리에서 학습 때 보여 준 것 중 가장 가까운 것까지의 거리가, 옮겨 간 거리의 "
    "절반보다 짧으면 ‘비슷한 것’, 아니면 ‘다른 것’입니다.",
)
VALUE = Text(
    en="Distance in the features of a network; 1 is how far single clean pictures lie from their mean.",
    ko="모델 특징 공간에서 잰 거리입니다. 1은 원본 사진 한 장이 평균에서 떨어진 정도입니다.",
)


class Distance(NamedTuple):
    """Of a tested noise from what a run was trained on."""

    value: float
    """The mean over LEVELS; 0 for a noise that was seen. 1 is the root mean square distance of clean pictures from their mean."""
    kind: Kind


@dataclass(frozen=True)
class Reference:
    """The network in whose features shifts are measured."""

    key: str
    """Of the file that keeps them: another one for other weights, pictures or draws."""
    run: Run | None
    """The clean-trained twin; None: FIXED."""


@dataclass(frozen=True)
class Sample:
    """Something that may be done to all pictures alike: a noise, or one draw of an augmentation."""

    name: str
    layer: Layer | None = None
    augmentation: str = ""
    draw: int = 0


@dataclass(frozen=True)
class Shifts:
    """Mean feature shifts that have been measured with one network on the pictures of one data set."""

    scale: float = 1.0
    """Root mean square distance of clean pictures' features from their mean."""
    of: Mapping[str, Shift] = field(default_factory=dict)
    """By the names of samples."""

    @classmethod
    def load(cls, path: Path) -> Self:
        """Those in a file; none where it is missing or damaged."""
        try:
            with np.load(path, allow_pickle=False) as file:
                names, vectors = file["names"].tolist(), file["shifts"]
                return cls(float(file["scale"]), dict(zip(names, vectors, strict=True)))
        except DAMAGED:
            return cls()

    def save(self, path: Path) -> None:
        """Into a file, whole or not at all.

        Raises:
            CannotWrite, DiskFull.
        """
        memory = io.BytesIO()
        names = np.array(list(self.of), dtype=np.str_)
        np.savez(memory, names=names, shifts=np.stack(list(self.of.values())), scale=self.scale)
        write_bytes(path, memory.getvalue(), lasting=False)


def lineage(workspace: Workspace, run: Run) -> list[Run]:
    """The run, the one with whose weights it began, and so on; as far as they are there."""
    found = [run]
    while (before := found[-1].recipe.started_from) is not None:
        try:
            earlier = open_run(workspace, before)
        except UnknownName:
            break
        if any(earlier.id == one.id for one in found):  # a file that somebody changed
            break
        found.append(earlier)
    return found


def seen_noises(workspace: Workspace, run: Run) -> set[str]:
    """The noises that it was trained on, or the run with whose weights it began."""
    return {noise for one in lineage(workspace, run) for noise in one.recipe.mix.noises}


def twin_of(workspace: Workspace, run: Run) -> Run | None:
    """The run that is most like it of those that were trained on the same pictures as they are; itself, if it was."""
    ours = run.recipe

    def unlike(one: Run) -> tuple[bool, ...]:
        theirs = one.recipe
        return (
            one.id != run.id,
            theirs.start != ours.start,
            theirs.seed != ours.seed,
            one.study_id != run.study_id,
        )

    found = [
        one
        for one in reversed(list_runs(workspace))
        if one.trained
        and one.reference
        and one.recipe.started_from is None
        and one.recipe.model == ours.model
        and one.recipe.side == ours.side
        and one.recipe.data_set_fingerprint == ours.data_set_fingerprint
    ]
    return min(found, key=unlike, default=None)


def reference(workspace: Workspace, run: Run, data_set: DataSet) -> Reference:
    """In whose features the distances of a run are measured.

    Args:
        data_set: that it was trained on.
    """
    twin = twin_of(workspace, run)
    if twin is None:
        weights = get_model(FIXED).weights
        assert weights is not None
        digest = weights.sha256
    else:
        digest = digest_of(twin.folder.checkpoint)
    facts = [_FORM, digest, data_set.card.fingerprint, data_set.table, DRAWS, PICTURES]
    return Reference(hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16], twin)


def shifts_file(workspace: Workspace, reference: Reference) -> Path:
    """Where the shifts that the features of `reference` show are kept; it need not be there."""
    return workspace.shifts / f"{reference.key}.npz"


def tested_samples(noise: str, table: str) -> list[Sample]:
    """A noise as it is tested, at each of LEVELS."""
    return [_at(noise, level, table) for level in LEVELS]


def _at(noise: str, severity: int, table: str) -> Sample:
    return Sample(f"{noise}@{severity}", Layer.at_severity(noise, severity, table))


def trained_samples(runs: Sequence[Run], table: str) -> list[Sample]:
    """What training did to pictures: each noise of the mixes at each severity, and draws of the augmentations.

    Args:
        runs: as of `lineage`.
    """
    found: dict[str, Sample] = {}
    for run in runs:
        for one in (*_of_mix(run.recipe.mix, table), *_of_augmentation(run.recipe.augmentation)):
            found.setdefault(one.name, one)
    return list(found.values())


def _of_mix(mix: Mix, table: str) -> list[Sample]:
    found = []
    for part in mix.parts:
        if part.probability <= 0:
            continue
        if not part.parameters:
            found += [_at(part.noise, level, table) for level in range(part.lowest, part.highest + 1)]
            continue
        for share in np.linspace(0, 1, POINTS).tolist():
            layer = part.at_share(share)
            said = ",".join(f"{name}={value}" for name, value in layer.params.items())
            found.append(Sample(f"{part.noise}({said})", layer))
    return found


def _of_augmentation(key: str) -> list[Sample]:
    return [Sample(f"{key}#{draw}", None, key, draw) for draw in range(AUGMENTED)] if key else []


def shows_clean(runs: Sequence[Run]) -> bool:
    """Whether any picture stayed as it is, or nearly so, in training: an augmentation has faint draws."""
    return any(sum(part.probability for part in run.recipe.mix.parts) < 1 for run in runs)


def wanted_samples(
    workspace: Workspace, run: Run, data_set: DataSet, noises: Collection[str]
) -> list[Sample]:
    """All that has to be measured for the distances of some noises; nothing of those that were seen."""
    seen = seen_noises(workspace, run)
    unseen = [noise for noise in noises if noise not in seen]
    if not unseen:
        return []
    samples = trained_samples(lineage(workspace, run), data_set.table)
    samples += [one for noise in unseen for one in tested_samples(noise, data_set.table)]
    return list({one.name: one for one in samples}.values())


def missing_samples(
    workspace: Workspace, run: Run, data_set: DataSet, noises: Collection[str]
) -> list[Sample]:
    """Of `wanted_samples` those that have not been measured; none for a run that was brought in."""
    if run.origin is not None:
        return []
    known = Shifts.load(shifts_file(workspace, reference(workspace, run, data_set)))
    return [one for one in wanted_samples(workspace, run, data_set, noises) if one.name not in known.of]


def distances(
    workspace: Workspace, run: Run, data_set: DataSet, noises: Collection[str]
) -> dict[str, Distance]:
    """Of each of the noises that was seen in training or has been measured, in their order; none for a run that was
    brought in, or trained on noises that this version does not know.

    Args:
        data_set: that it was trained on.
        noises: keys.
    """
    if run.origin is not None:
        return {}
    seen, runs = seen_noises(workspace, run), lineage(workspace, run)
    known = {one.key for one in all_noises()}
    if any(part.noise not in known for one in runs for part in one.recipe.mix.parts):
        return {}  # of what another version trained on it can't be said how far anything is
    shifts = Shifts.load(shifts_file(workspace, reference(workspace, run, data_set)))
    shown = [one.name for one in trained_samples(runs, data_set.table)]
    if any(name not in shifts.of for name in shown) or not shifts.of:
        return {noise: Distance(0.0, "seen") for noise in noises if noise in seen}
    width = len(next(iter(shifts.of.values())))
    nothing = [np.zeros(width, np.float32)] if shows_clean(runs) else []
    trained = np.stack([*(shifts.of[name] for name in shown), *nothing])
    found = {}
    for noise in noises:
        if noise in seen:
            found[noise] = Distance(0.0, "seen")
            continue
        names = [one.name for one in tested_samples(noise, data_set.table)]
        if all(name in shifts.of for name in names):
            moved = np.stack([shifts.of[name] for name in names])
            found[noise] = distance(moved, trained, shifts.scale)
    return found


def distance(moved: NDArray[np.float32], trained: NDArray[np.float32], scale: float) -> Distance:
    """How far a noise that was not seen is from what was.

    Args:
        moved: L,W: its shift at each severity.
        trained: M,W, at least one: the shift of each thing that training did to pictures; 0 where it left them as they are.
        scale: what counts as 1.
    """
    apart = np.linalg.norm(moved[:, None].astype(np.float64) - trained[None], axis=2).min(axis=1)
    own = np.linalg.norm(moved.astype(np.float64), axis=1)
    return Distance(float(apart.mean() / scale), "near" if apart.mean() < NEAR * own.mean() else "far")
