"""What a test can be asked for: which noises, at which severities, in what way. No torch."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Literal

from core.errors import NoCardForNoise, OutOfRange
from core.noise.catalogue import SEVERITIES, all_noises, c_bar_noises, get_noise, standard_noises
from core.noise.mix import Mix
from core.noise.overlap import twelve_noises
from core.records import Record
from core.runs.mode import Mode
from core.words import Text

ALL: Literal["all"] = "all"
"""In the place of keys: every noise of the catalogue."""
STANDARD: Literal["standard"] = "standard"
"""In the place of keys: the standard set, without what a run's own mix adds to it."""
C_BAR: Literal["cbar"] = "cbar"
"""In the place of keys: the ten held-out noises of ImageNet-C-bar or CIFAR-10-C-bar."""
TWELVE: Literal["twelve"] = "twelve"
"""In the place of keys: the dozen that stand for all (core.noise.overlap)."""
AskedNoises = Sequence[str] | Literal["all", "cbar", "standard", "twelve"] | None
"""What a test may be asked for: keys, a set by its name, or None for the standard set."""


def checked_noises(noises: AskedNoises, mix: Mix | None = None, table: str = "imagenet_c") -> list[str]:
    """The noises of an evaluation, each once.

    Args:
        noises: keys, STANDARD, TWELVE, ALL and C_BAR among them or alone; None for the standard set and the noises of the run's own `mix`.
        table: the data set's severity table, which decides whose ten C_BAR are.

    Raises:
        UnknownName: one is not in the catalogue.
    """
    catalogue = [entry.key for entry in all_noises()]
    if noises is None:
        chosen = {*standard_noises(), *(mix.noises if mix is not None else ())}
        return [key for key in catalogue if key in chosen]
    sets = {STANDARD: standard_noises, TWELVE: twelve_noises}
    sets |= {ALL: lambda: catalogue, C_BAR: lambda: c_bar_noises(table)}
    wanted = [noises] if isinstance(noises, str) else noises
    found = [sets[key]() if key in sets else [get_noise(key).key] for key in wanted]
    return list(dict.fromkeys(chain.from_iterable(found)))


def checked_severities(severities: Sequence[int]) -> list[int]:
    """The severities of an evaluation, ascending, each once.

    Raises:
        OutOfRange: one is not 1..5.
    """
    for severity in severities:
        if severity not in SEVERITIES:
            raise OutOfRange(what=Text(en="The severity", ko="강도"), lowest=1, highest=5, value=severity)
    return sorted(set(severities))


def checked_levels(severities: Sequence[int], mode: Mode) -> list[int]:
    """`checked_severities`, or of a noise's own values the places of these."""
    return mode.at.levels if mode.at else checked_severities(severities)


MOST_WORKERS = 64


@dataclass(frozen=True)
class How(Record):
    """What else a test is asked for."""

    mode: Mode = field(default_factory=Mode)
    whole_after: bool = False
    """After a quick look the rest of the split is tested, too; what is shown meanwhile is the quick look."""
    fast: bool = False
    """In bfloat16 where that is worth it here; it is tried, and told."""
    maps: bool = True
    workers: int | None = None
    """Processes that work on it; None: as many as are worth it."""


def check_how(how: How) -> None:
    """
    Raises:
        OutOfRange.
    """
    mode = how.mode
    limits = (
        (Text(en="The number of pictures", ko="사진 수"), mode.part or 1, 1, 10_000_000),
        (Text(en="The number of pictures of a batch", ko="배치의 사진 수"), mode.batch, 2, 10_000),
        (Text(en="The JPEG quality", ko="JPEG 품질"), mode.resave or 1, 1, 100),
        (Text(en="The number of workers", ko="작업 프로세스 수"), how.workers or 1, 1, MOST_WORKERS),
    )
    for what, value, lowest, highest in limits:
        if not lowest <= value <= highest:
            raise OutOfRange(what=what, lowest=lowest, highest=highest, value=value)


def check_card() -> None:
    """
    Raises:
        NoCardForNoise.
    """
    import torch

    if not torch.cuda.is_available():
        raise NoCardForNoise()
