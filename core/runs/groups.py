"""Runs that were trained on the same: what they differ in is their seed alone. No torch."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from core.runs.runs import Run
from core.words import LANGUAGES, Text

GROUP = "seeds-"
"""Before the id of a group's oldest run, in addresses and choices: what is meant are all of its seeds."""
_DECIDES_NOTHING = ("seed", "preset", "device", "threads")
_FEWEST_LETTERS = 3
"""Of what names share, for it to be a name."""


@dataclass(frozen=True)
class RunGroup:
    """All seeds of one recipe."""

    runs: tuple[Run, ...]
    """By seed, at least one."""

    @property
    def key(self) -> str:
        """Of several runs GROUP and the id of the oldest, which stays when seeds are added; of one its id."""
        oldest = min(self.runs, key=lambda run: (run.created, run.id))
        return oldest.id if len(self.runs) == 1 else f"{GROUP}{oldest.id}"

    @property
    def label(self) -> Text:
        """What screens call it: what its runs' labels have in common, without the seed."""
        if len(self.runs) == 1:
            return self.runs[0].label
        shared = {name: _shared([run.label[name] for run in self.runs]) for name in LANGUAGES}
        return Text(en=shared["en"], ko=shared["ko"])

    @property
    def arm_label(self) -> Text | None:
        """What its study calls what it was trained on; None outside of a study."""
        arms = [run.arm.label for run in self.runs if run.arm is not None]
        return arms[0] if len(arms) == len(self.runs) else None


def groups_of(runs: Sequence[Run]) -> list[RunGroup]:
    """Runs by what they were trained on: the same data set, model, start and mix, everything of the recipe but the seed.

    Runs that were brought in are a group each: how they were trained is not known. So is a run whose seed its group has
    already, as one that was made again: it says nothing of what another seed would change.

    Args:
        runs: newest first.

    Returns:
        The group with the newest run first.
    """
    found: dict[str, list[list[Run]]] = {}
    for run in reversed(runs):
        known = found.setdefault(trained_on(run), [])
        own = next((one for one in known if all(run.recipe.seed != other.recipe.seed for other in one)), None)
        if own is None:
            known.append([run])
        else:
            own.append(run)
    places = {run.id: place for place, run in enumerate(runs)}
    groups = sorted(
        (one for known in found.values() for one in known), key=lambda one: min(places[run.id] for run in one)
    )
    return [
        RunGroup(tuple(sorted(own, key=lambda run: (run.recipe.seed, run.created, run.id)))) for own in groups
    ]


def trained_on(run: Run) -> str:
    """The same for runs that differ in their seed alone."""
    if run.origin is not None:
        return run.id
    recipe = {name: said for name, said in run.recipe.to_json().items() if name not in _DECIDES_NOTHING}
    return json.dumps([run.arm.key if run.arm else None, recipe], sort_keys=True, default=str)


def _shared(names: Sequence[str]) -> str:
    """What names begin with, without half a word or an open bracket at its end; the first where that is too little."""
    together = zip(*(name.split(" ") for name in names), strict=False)
    whole = " ".join(words[0] for words in takewhile(lambda words: len(set(words)) == 1, together))
    opened = whole.rfind("(")
    if opened > whole.rfind(")"):
        whole = whole[:opened]
    whole = whole.strip(" ,:·-")
    return whole if len(whole) >= _FEWEST_LETTERS else names[0]
