"""In which order noises stand, and which stand folded into their family. No torch."""

from collections.abc import Collection, Mapping, Sequence
from typing import Literal, get_args

from core.evaluation.means import MeanOf
from core.noise.catalogue import all_noises
from core.words import Text

Sort = Literal["loss", "catalogue", "family", "distance"]
SORTS: dict[Sort, Text] = {
    "loss": Text(en="worst first", ko="나쁜 것부터"),
    "catalogue": Text(en="catalogue", ko="목록 순서"),
    "family": Text(en="family", ko="계열별"),
    "distance": Text(en="distance from training", ko="학습과 먼 것부터"),
}
assert set(SORTS) == set(get_args(Sort))
UNFOLDED = 24
"""Noises up to which each has a row; of more each family has one, and those of the opened families follow theirs."""


def is_folded(noises: Sequence[str], sort: Sort) -> bool:
    """Whether families are rows."""
    return len(noises) > UNFOLDED or sort == "family"


def ordered(
    noises: Sequence[str], sort: Sort, cost: Mapping[str, float], distance: Mapping[str, float]
) -> list[str]:
    """Noises as they are asked for; what is not known of comes last, and equals in the catalogue's order.

    Args:
        cost: by noise, more is worse.
        distance: by noise, from what was trained on.
    """
    place = {one.key: number for number, one in enumerate(all_noises())}
    known = sorted(noises, key=lambda noise: place.get(noise, len(place)))
    if sort == "loss":
        known.sort(key=lambda noise: -cost.get(noise, float("-inf")))
    if sort == "distance":
        known.sort(key=lambda noise: -distance.get(noise, float("-inf")))
    return known


def costliest(families: Sequence[MeanOf], cost: Mapping[str, float]) -> str | None:
    """The key of the family, of several noises, that costs most on average; None without any."""
    return max(
        (one.key for one in families if len(one.noises) > 1),
        key=lambda key: _mean(families, key, cost),
        default=None,
    )


def folded(
    noises: Sequence[str],
    families: Sequence[MeanOf],
    opened: Collection[str],
    sort: Sort,
    cost: Mapping[str, float],
    distance: Mapping[str, float],
) -> list[str]:
    """The keys of families, each opened one before its noises; a family of one noise is that noise, and what is in no family
    stands last.

    Args:
        opened: keys of families.
        sort, cost, distance: as of `ordered`; they order families and within them.
    """
    inside = {noise for one in families for noise in one.noises}
    keys = [one.key for one in families]
    if sort in ("loss", "distance"):
        keys.sort(key=lambda key: -_mean(families, key, cost if sort == "loss" else distance))
    rows = []
    for key in keys:
        own = next(one.noises for one in families if one.key == key)
        if len(own) > 1:
            rows.append(key)
        if key in opened or len(own) == 1:
            rows += ordered(own, sort, cost, distance)
    return rows + ordered([noise for noise in noises if noise not in inside], sort, cost, distance)


def _mean(families: Sequence[MeanOf], key: str, values: Mapping[str, float]) -> float:
    own = next(one.noises for one in families if one.key == key)
    known = [values[noise] for noise in own if noise in values]
    return sum(known) / len(known) if known else float("-inf")
