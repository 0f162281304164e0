"""What noise did to the answer for one picture of a test, in words below its pictures; and to all of them."""

from collections.abc import Sequence

import pandas as pd

from core.charts.drawing import noise_label
from core.errors import FlatMap
from core.evaluation.galleries import (
    BLIND,
    overlap,
    places,
    something_counts,
)
from core.evaluation.map_numbers import beside_chance
from core.explanation.overlay import is_flat
from pages.parts.explain.looked import Looked
from pages.parts.explain.names import told_apart
from pages.parts.explain.subject import Said, Told, Who
from pages.parts.i18n import language, literal, say, t
from pages.parts.messages import sentence_card
from pages.parts.numbers import percent
from pages.parts.services.evaluations import chance_level


def verdict(looked: Looked, row: pd.Series, told: Told, usual: bool) -> None:
    """This picture's numbers in words, and what is seen of the maps above them.

    Args:
        told: the run and, where two are shown, the other one.
        usual: the maps are those of the test, each of the answer: what unrelated pictures give is known of these.
    """
    (who, said), *others = told
    noise = noise_label(looked.noise, language())
    if looked.severity == 0:
        classes = [literal(name) for name in looked.classes]
        headline = t(
            f"explain.headline_{row.group}",
            name=classes[row.clean_prediction],
            share=percent(row.clean_confidence),
            truth=classes[row.truth],
        )
        lines = [_part(looked, str(row.group)) + nothing_told(who, said[:1], "  \n")]
        names = told_apart(*(one.run for one, _ in told))
        lines += [
            f"**{literal(name)}**: {_read(one, its[0])}"
            for name, (one, its) in zip(names[1:], others, strict=True)
        ]
        sentence_card(headline, "  \n".join(lines))
        return
    spoken, figures = _spoken(looked, who, said, usual)
    body = t("explain.body", before=_read(who, said[0]), after=_read(who, said[1])) + " " + spoken
    headline = t(f"explain.headline_{row.group}", noise=noise, severity=looked.severity)
    if not others:
        sentence_card(headline, f"{_part(looked, str(row.group))}  \n{body}", help=figures)
        return
    names = [literal(name) for name in told_apart(*(one.run for one, _ in told))]
    groups = [(name, group_of(its, int(row.truth))) for name, (_, its) in zip(names, told, strict=True)]
    headline = two_in_words(groups, t("explain.noise_level", noise=noise, severity=looked.severity))
    lines = [f"**{names[0]}**: {body}"]
    for name, (one, its) in zip(names[1:], others, strict=True):
        words, _ = _spoken(looked, one, its, False)
        read = t("explain.body", before=_read(one, its[0]), after=_read(one, its[1]))
        lines.append(f"**{name}**: {read} {words}")
    sentence_card(headline, "  \n".join(lines), help=figures)


def group_of(said: Sequence[Said], truth: int) -> str:
    """Of core.evaluation.galleries.GROUPS: what noise did to an answer."""
    was, now = (one.prediction == truth for one in (said[0], said[-1]))
    return ("stayed_" if was == now else "became_") + ("right" if now else "wrong")


def two_in_words(groups: Sequence[tuple[str, str]], noise: str) -> str:
    """What a noise did to the answers of two runs.

    Args:
        groups: of each its name and its group.
        noise: with its severity.
    """
    (first, one), (second, other) = groups
    if one == other:
        return t(f"explain.both_{one}", noise=noise)
    return t(
        "explain.two",
        noise=noise,
        first=t(f"explain.two_and_{one}", name=first),
        second=t(f"explain.two_end_{other}", name=second),
    )


def _read(who: Who, said: Said) -> str:
    name = literal(who.labels[said.prediction])
    return t("explain.read", name=name, share=percent(said.confidence))


def nothing_told(who: Who, said: Sequence[Said], before: str) -> str:
    """For which class no place speaks, where that is so, or that the layer tells nothing."""
    for one in said:
        if one.attribution is not None and is_flat(one.attribution):
            return before + literal(say(FlatMap(layer=who.layer).said))
        if one.attribution is not None and not something_counts(one.attribution):
            which = "nothing_counted" if one.severity > 0 else "nothing_counted_clean"
            return before + t(f"explain.{which}", name=literal(who.labels[one.target]))
    return ""


def _spoken(looked: Looked, who: Who, said: Sequence[Said], usual: bool) -> tuple[str, str | None]:
    """What is seen of two maps, and the figures for it."""
    if empty := nothing_told(who, said, ""):
        return empty, None
    maps = [one.attribution for one in said if one.attribution is not None]
    same = overlap(maps[0], maps[1]) if len(maps) == 2 else None
    return ("", None) if same is None else _where(looked, who, said, same, usual)


def _part(looked: Looked, group: str) -> str:
    """Of how many pictures it is true, of those that were like it without noise."""
    number, total = looked.pairs.counts[group], looked.pairs.alike_when_clean(group)
    return t(f"explain.part_{group}", n=f"{number:,}", total=f"{total:,}", share=percent(number / total))


def _where(looked: Looked, who: Who, said: Sequence[Said], same: float, usual: bool) -> tuple[str, str]:
    """Whether what counted lies where it lay, as far as such maps tell, and the figures for it."""
    before, after = said
    assert before.attribution is not None
    shape = (before.attribution.shape[0], before.attribution.shape[1])
    chance = chance_level(looked.evaluation, looked.noise, looked.severity) if usual else None
    names = {"before": literal(who.labels[before.target]), "after": literal(who.labels[after.target])}
    unrelated = "" if chance is None else " " + t("explain.overlap_chance", chance=percent(chance))
    kind = "" if before.target == after.target else "two_"
    found = places(same, shape)
    if found is None:
        coarse = t(f"explain.{kind}places_coarse", **names, share=percent(same)) + unrelated
        return coarse, t("explain.coarse", h=shape[0], w=shape[1])
    words = t(f"explain.{kind}places_{found}", **names) + " "
    if chance is None:
        words += t("gallery.overlaps_alone", share=percent(same))
    else:
        words += t("gallery.overlaps", share=percent(same), chance=percent(chance))
    if chance is not None and same > BLIND and beside_chance(same, chance) in ("less", "as"):
        words += " " + t("explain.like_unrelated")
    return words, t("explain.overlap", share=percent(same), blind=percent(BLIND)) + unrelated


def in_numbers(looked: Looked) -> None:
    """What noise did to all the test's pictures, where none of them can be shown."""
    number = looked.pairs.counts
    group = "became_wrong" if looked.severity > 0 else "right"
    total = looked.pairs.alike_when_clean(group)
    headline = t(
        "explain.all_noisy" if looked.severity > 0 else "explain.all_clean",
        noise=noise_label(looked.noise, language()),
        severity=looked.severity,
        n=f"{number[group]:,}",
        total=f"{total:,}",
        share=percent(number[group] / max(total, 1)),
    )
    sentence_card(headline, " \u2003 ".join(t(f"explain.{one}", n=f"{n:,}") for one, n in number.items()))
