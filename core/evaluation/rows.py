"""The rows of Results and of a report: what was trained on the same, seeds together, or one run; each with its test. No torch."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from core.evaluation.grouped import Seeds
from core.evaluation.joined import JoinedEvaluation, pictures_key
from core.runs.groups import RunGroup
from core.runs.runs import Run
from core.words import Text, fill_text

_ONE_SEED = Text(en="{arm} (seed {seed})", ko="{arm}(시드 {seed})")


@dataclass(frozen=True)
class Row:
    """What stands beside others."""

    group: RunGroup
    label: Text
    """What screens call it."""
    members: tuple[tuple[Run, JoinedEvaluation], ...]
    """Its tested runs by seed, all tested alike; at least one."""
    apart: tuple[Run, ...] = ()
    """Those that were tested on other pictures, and so are in no mean with the others."""

    @property
    def key(self) -> str:
        """Of its group: in addresses and widgets."""
        return self.group.key

    @property
    def first(self) -> tuple[Run, JoinedEvaluation]:
        """The run that stands for it where one network is looked at."""
        return self.members[0]

    def of_seed(self, seed: int | None) -> tuple[Run, JoinedEvaluation]:
        """Its run of this seed, `first` where it has none of it; called as the row is, with the seed, where it has several."""
        run, test = next((one for one in self.members if one[0].recipe.seed == seed), self.first)
        if len(self.members) == 1:
            return run, test
        return replace(run, label=fill_text(_ONE_SEED, arm=self.label, seed=run.recipe.seed)), test

    @property
    def seeds(self) -> Seeds:
        """As a comparison takes it."""
        return Seeds(self.key, self.label, tuple(run.id for run, _ in self.members))


def row_of(group: RunGroup, label: Text, evaluations: Mapping[str, Sequence[JoinedEvaluation]]) -> Row | None:
    """A group with the tests that most of its runs have in common, the newest of them; None where none is tested.

    Args:
        evaluations: of each run, newest first.
    """
    tested = [run for run in group.runs if evaluations.get(run.id)]
    if not tested:
        return None
    alike = Counter(key for run in tested for key in {pictures_key(run, one) for one in evaluations[run.id]})
    newest = {
        key: max(
            one.created for run in tested for one in evaluations[run.id] if pictures_key(run, one) == key
        )
        for key in alike
    }
    plain = {pictures_key(run, one) for run in tested for one in evaluations[run.id] if one.plain}
    chosen = max(alike, key=lambda key: (key in plain, alike[key], newest[key]))
    members, apart = [], []
    for run in tested:
        found = next((one for one in evaluations[run.id] if pictures_key(run, one) == chosen), None)
        if found is None:
            apart.append(run)
        else:
            members.append((run, found))
    return Row(group, label, tuple(members), tuple(apart))


def on_the_same(
    runs: Sequence[Run], evaluations: Mapping[str, Sequence[JoinedEvaluation]]
) -> dict[str, JoinedEvaluation]:
    """Of each run its test on pictures that all of them were tested on, one on the whole split where there is; empty where they
    share none.

    Args:
        evaluations: as of `row_of`.
    """
    of_run = {run.id: {pictures_key(run, one): one for one in reversed(evaluations[run.id])} for run in runs}
    shared = [key for key in of_run[runs[0].id] if all(key in own for own in of_run.values())]
    if not shared:
        return {}
    first = of_run[runs[0].id]
    best = max(shared, key=lambda key: (first[key].plain, first[key].as_plain, first[key].created))
    return {run_id: own[best] for run_id, own in of_run.items()}


def rows_of(groups: Sequence[RunGroup], evaluations: Mapping[str, Sequence[JoinedEvaluation]]) -> list[Row]:
    """A row for each group of which a run is tested (row_of), called as `names_of` calls them.

    Args:
        evaluations: as of `row_of`.
    """
    found = [row_of(group, label, evaluations) for group, label in zip(groups, names_of(groups), strict=True)]
    return [row for row in found if row is not None]


def names_of(groups: Sequence[RunGroup]) -> list[Text]:
    """What the screen calls groups that stand beside each other: by their arms, where all are of one study and none is one
    seed of several."""
    studies = {run.study_id for group in groups for run in group.runs}
    arms = [group.arm_label for group in groups]
    several = any(len(group.runs) > 1 for group in groups)
    if several and len(studies) == 1 and None not in studies and None not in arms:
        labels = [
            arm if len(group.runs) > 1 else fill_text(_ONE_SEED, arm=arm, seed=group.runs[0].recipe.seed)
            for arm, group in zip(arms, groups, strict=True)
            if arm is not None
        ]
        if len({label["en"] for label in labels}) == len(labels):
            return labels
    return [group.label for group in groups]
