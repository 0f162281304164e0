"""How far what was learned carries: noises far from training against those that were seen, and errors by distance."""

from collections.abc import Iterator

import numpy as np

from core.evaluation.arms import Measured
from core.evaluation.comparison import difference
from core.evaluation.distance import KINDS, Kind
from core.evaluation.distance_error import distance_table, related
from core.evaluation.findings.evidence import Evidence, OfRun
from core.evaluation.findings.finding import LIKELY, Finding, Where
from core.evaluation.findings.said import counted, in_runs, noises_said, p_said, points, sure_by
from core.evaluation.pairs import holm, paired_p
from core.words import Text, fill_text, rounded

WHERE = Where("results", {"tab": "distance"})


def found(evidence: Evidence) -> Iterator[Finding]:
    """Of each run whose pictures were changed in training, by noise or an augmentation, and of each that errors go with distance."""
    reference = next((one for one in evidence.told if one.run.reference), None)
    for one in evidence.told:
        if one.guesses:
            continue
        if one.run.origin is None and not one.run.recipe.clean and one.distance:
            if reference is not None and evidence.comparison.same_pictures:
                yield from _against(one, reference, evidence)
            else:
                yield from _alone(one, evidence)
        yield from _by_distance(one, evidence)


def _kinds(one: OfRun, evidence: Evidence) -> dict[Kind, list[str]]:
    """The noises of the means by how far they are from the training of a run; kinds without any left out."""
    of: dict[Kind, list[str]] = {}
    for noise in evidence.comparison.in_means:
        if noise in one.distance:
            of.setdefault(one.distance[noise].kind, []).append(noise)
    return {kind: of[kind] for kind in KINDS if kind in of}


def _against(one: OfRun, reference: OfRun, evidence: Evidence) -> Iterator[Finding]:
    """What training on noise brought over clean training, under far noises and under seen ones."""
    kinds = _kinds(one, evidence)
    unseen = [kind for kind in kinds if kind != "seen"]
    if "far" not in kinds:
        return
    gains = {kind: difference(one.arm, reference.arm, noises) for kind, noises in kinds.items()}
    tests = [
        paired_p(
            (one.arm.right_under(kinds[kind]) - reference.arm.right_under(kinds[kind])).to_numpy(np.float64),
            one.groups,
        )
        for kind in unseen
    ]
    p = holm(tests)[unseen.index("far")]
    far = gains["far"]
    carries = p < LIKELY and far.mean > 0
    sign = 1 if far.mean > 0 else -1

    def so(seed: OfRun) -> bool:
        own = difference(seed.arm, reference.arm, kinds["far"])
        return own.told == (p < LIKELY) and (not own.told or own.mean * sign > 0)

    seeds, every = in_runs(one, so)
    values: dict[str, Text | str | int] = {
        "name": one.name,
        "other": reference.name,
        "n": noises_said(len(kinds["far"])),
        "points": points(far),
        "seen": _seen(gains.get("seen"), len(kinds.get("seen", ()))),
    }
    sentence = Text(
        en="What {name} learned carries: under {n} far from all it saw it is right {points} more often than {other}{seen}.",
        ko="{name:이/가} 배운 것은 다른 노이즈에도 통합니다. 본 것과 전혀 다른 {n}에서도 {other}보다 정답률이 {points} 높습니다{seen}.",
    )
    if p < LIKELY and far.mean < 0:
        sentence = Text(
            en="Under {n} far from all that {name} saw, it is right {points} less often than {other}{seen}.",
            ko="{name:은/는} 본 것과 전혀 다른 {n}에서 {other}보다 정답률이 {points} 낮습니다{seen}.",
        )
    elif not carries:
        sentence = Text(
            en="Whether what {name} learned carries cannot be told: under {n} far from all it saw, no difference from {other} shows{seen}.",
            ko="{name:이/가} 배운 것이 다른 노이즈에도 통하는지는 알 수 없습니다. 본 것과 전혀 다른 {n}에서 {other:과/와}의 차이를 가릴 수 없습니다{seen}.",
        )
    basis = Text(
        en="{pictures}{severities}, paired test, {p} after Holm; seen, near and far by features of a network{seeds}",
        ko="{pictures}{severities}, 쌍체 검정, Holm 보정 뒤 {p}. 본 것, 비슷한 것, 다른 것은 모델 특징으로 나눔{seeds}",
    )
    yield Finding(
        "far",
        sure_by(p, every),
        fill_text(sentence, **values),
        fill_text(
            basis,
            pictures=counted(one.arm.images, one.independent),
            severities=evidence.severities,
            p=p_said(p),
            seeds=seeds,
        ),
        (*one.ids, *reference.ids),
        WHERE,
        p,
        {f"gain_{kind}": gain.mean for kind, gain in gains.items()},
    )


def _seen(gain: Measured | None, noises: int) -> Text:
    if gain is None:
        return Text(en="", ko="")
    return fill_text(
        Text(en=" ({points} under {n} it saw)", ko="(본 {n}에서는 {points})"),
        n=noises_said(noises),
        points=Text(en=f"{_signed(gain.mean)} points", ko=f"{_signed(gain.mean)}%포인트"),
    )


def _signed(points: float) -> str:
    return f"{'+' if points > 0 else '−' if points < 0 else ''}{rounded(abs(points))}"


def _alone(one: OfRun, evidence: Evidence) -> Iterator[Finding]:
    """How right it is under seen, near and far noises, where there is no clean-trained run beside it."""
    kinds = _kinds(one, evidence)
    if len(kinds) < 2:
        return
    levels = {kind: one.arm.under(noises) for kind, noises in kinds.items()}
    parts = {
        language: ", ".join(
            f"{rounded(levels[kind].mean)}{' ' if language == 'en' else ''}% ({KINDS[kind][language]}, {len(noises)})"
            for kind, noises in kinds.items()
        )
        for language in ("en", "ko")
    }
    yield Finding(
        "far",
        "observed",
        fill_text(
            Text(
                en="Under noise {name} is right on {parts}.",
                ko="노이즈가 끼면 {name}의 정답률은 {parts}입니다.",
            ),
            name=one.name,
            parts=Text(en=parts["en"], ko=parts["ko"]),
        ),
        fill_text(
            Text(
                en="{pictures}{severities}; other noises are also differently hard: beside a clean-trained run it can be told what training "
                "did",
                ko="{pictures}{severities}. 노이즈마다 어려운 정도도 다르므로, 원본만 학습한 모델과 견주어야 학습의 효과를 말할 수 있습니다",
            ),
            pictures=counted(one.arm.images, one.independent),
            severities=evidence.severities,
        ),
        one.ids,
        WHERE,
        None,
        {kind: level.mean for kind, level in levels.items()},
    )


def _by_distance(one: OfRun, evidence: Evidence) -> Iterator[Finding]:
    """That noises further from its training cost more, where a test says so."""
    told = related(distance_table(one.arm, one.distance, evidence.comparison.in_means))
    if told is None or told.p >= LIKELY or told.rho <= 0:
        return

    def so(seed: OfRun) -> bool:
        own = related(distance_table(seed.arm, one.distance, evidence.comparison.in_means))
        return own is not None and own.p < LIKELY and own.rho > 0

    seeds, every = in_runs(one, so)
    yield Finding(
        "distance",
        sure_by(told.p, every),
        fill_text(
            Text(
                en="The further a noise is from the training of {name}, the more it errs (rank correlation {rho}, 95 %: {low} to {high}).",
                ko="{name:은/는} 학습 때 본 것에서 먼 노이즈일수록 더 틀립니다(순위 상관 {rho}, 95% 구간: {low}에서 {high}).",
            ),
            name=one.name,
            **{name: rounded(getattr(told, name), 2) for name in ("rho", "low", "high")},
        ),
        fill_text(
            Text(en="{n} that it has not seen, {p}{seeds}", ko="학습 때 못 본 {n}, {p}{seeds}"),
            n=noises_said(told.n),
            p=p_said(told.p),
            seeds=seeds,
        ),
        one.ids,
        WHERE,
        told.p,
        {"rho": told.rho, "n": told.n},
    )
