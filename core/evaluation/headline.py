"""What a comparison of runs shows, in a sentence made from its numbers: what an interval leaves open is said to be. No torch."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from core.evaluation.arms import Arm, Guess
from core.evaluation.comparison import Comparison, told_apart
from core.evaluation.metrics import FEWEST
from core.evaluation.phrases import (
    GUESS,
    NAMED,
    beginning,
    between,
    is_pair,
    quoted,
    shares,
    tested_on,
    untold,
    with_few,
)
from core.noise.catalogue import CLEAN, noise_name
from core.words import Text, fill_text, plain, rounded


@dataclass(frozen=True)
class _Told:
    """What a headline compares the runs by."""

    cause: Text
    """Its beginning."""
    noises: tuple[str, ...]
    """Of which the mean is compared; clean alone, too."""

    @property
    def clean(self) -> bool:
        """They are compared by clean pictures alone."""
        return self.noises == (CLEAN,)


def headline(comparison: Comparison, noises: str = "all") -> Text:
    """What the comparison shows, made from its numbers: accuracy under noise, beside it clean and what is lost.

    Args:
        noises: as given to `compare`; "near" and "far" are those of core.evaluation.distance, "some" those chosen one by one.
    """
    arms = comparison.arms
    if not comparison.cells:
        return _ranked(comparison, _Told(Text(en="On clean pictures", ko="원본에서"), (CLEAN,)))
    few = with_few(arms)
    enough = tuple(arm for arm in arms if arm.independent >= FEWEST)
    if few and enough:
        rest = replace(comparison, arms=enough, same_pictures=comparison.same_pictures or len(enough) == 1)
        return fill_text(plain("{rest} {few}"), rest=headline(rest, noises), few=_too_few_of(few))
    if few:
        return fill_text(
            Text(
                en="Only {tested}: too few to tell what noise costs.",
                ko="{tested}뿐이라 노이즈의 영향을 말하기에는 너무 적습니다.",
            ),
            tested=tested_on(few),
        )
    guesses = [guess for arm in arms if (guess := arm.guess(CLEAN))]
    if len(guesses) == len(arms):
        return _only_guessing(arms, set(guesses))
    return _ranked(comparison, _Told(_cause(comparison, noises), comparison.in_means))


def ranks_runs(comparison: Comparison) -> bool:
    """Whether `headline` says which of several runs is better, or that this cannot be told."""
    arms = comparison.arms
    only_guessing = all(arm.guess(CLEAN) for arm in arms)
    return len(arms) > 1 and comparison.same_pictures and not with_few(arms) and not only_guessing


def _cause(comparison: Comparison, noises: str) -> Text:
    """Where it is measured: the beginning of the sentence, narrowed as the page is; one noise alone is named."""
    severities = comparison.mean_severities
    if len(comparison.in_means) == 1:
        (noise,) = comparison.in_means
        level = fill_text(Text(en=" of severity {n}", ko=" 강도 {n:으로/로}"), n=severities[0])
        about = plain("")
        if noise in comparison.seen:
            about = Text(en=", seen in training,", ko="학습 때 본 ")
        elif noises == "unseen" and not comparison.brought:
            about = Text(en=", which nobody saw in training,", ko="학습 때 못 본 ")
        return fill_text(
            Text(en="Under {noise}{level}{about}", ko="{about}{noise:이/가}{level} 끼면"),
            noise=noise_name(noise),
            level=level if len(severities) == 1 else plain(""),
            about=about,
        )
    kind = {
        "all": Text(en="under noise", ko="노이즈가"),
        "some": Text(en="under the chosen noises", ko="고른 노이즈가"),
        "seen": Text(en="under noise that was seen in training", ko="학습 때 본 노이즈가"),
        "unseen": Text(en="under noise that nobody saw in training", ko="학습 때 못 본 노이즈가"),
        "near": Text(
            en="under noise that is near to what training showed", ko="학습 때 본 것과 비슷한 노이즈가"
        ),
        "far": Text(
            en="under noise that is far from all that training showed", ko="학습 때 본 것과 다른 노이즈가"
        ),
    }[noises]
    if noises == "unseen" and comparison.brought:
        kind = Text(
            en="under noise that no model trained here saw", ko="여기서 학습한 모델이 본 적 없는 노이즈가"
        )
    if len(severities) != 1:
        return fill_text(Text(en="{kind}", ko="{kind} 끼면"), kind=beginning(kind))
    # The severity stands apart from what was seen, or it reads as if that had not been.
    where = Text(
        en="Under noise of severity {n}" if noises == "all" else "At severity {n}, {kind}",
        ko="{kind} 강도 {n:으로/로} 끼면",
    )
    return fill_text(where, n=severities[0], kind=kind)


def _lost(arm: Arm, noises: Sequence[str]) -> Text:
    """What noise costs, as far as it can be told."""
    lost = arm.lost_to(noises)
    if arm.unmoved_by(noises):
        return Text(en="nothing lost", ko="하락 없음")
    if not lost.told:
        return Text(en="no loss to be told", ko="하락 여부는 알 수 없음")
    number = abs(between(100 * arm.clean, arm.under(noises).mean))
    much = Text(
        en={0: "less than 1 point", 1: "1 point"}.get(number, f"{number} points"),
        ko=f"{number}%포인트" if number else "1%포인트 미만",
    )
    change = (
        Text(en="{much} lost", ko="{much} 하락")
        if lost.mean > 0
        else Text(en="{much} gained", ko="{much} 상승")
    )
    return fill_text(change, much=much)


def _beside(arm: Arm, told: _Told) -> Text:
    """What stands in brackets behind an accuracy; nothing where there is nothing to add."""
    parts = []
    if not told.clean:
        parts.append(
            fill_text(Text(en="clean {share} %", ko="원본 {share}%"), share=rounded(100 * arm.clean))
        )
        parts.append(_lost(arm, told.noises))
    guess = arm.guess(CLEAN if told.clean else None)
    if guess is not None:
        parts.append(fill_text(GUESS[guess], chance=rounded(100 * arm.guessing)))
    if not parts:
        return plain("")
    return Text(
        en=f" ({', '.join(part['en'] for part in parts)})", ko=f"({', '.join(part['ko'] for part in parts)})"
    )


def _only_guessing(arms: Sequence[Arm], guesses: Collection[Guess]) -> Text:
    """That clean pictures are guessed already.

    Args:
        guesses: what can be said of one run or another.
    """
    (guess, *others) = guesses
    if len(arms) > 1:
        several: dict[Guess, Text] = {
            "hardly": Text(
                en="These runs are hardly better than guessing even on clean pictures: what noise costs cannot be told.",
                ko="이 모델들은 원본에서도 찍는 것과 거의 같아 노이즈의 영향을 말할 수 없습니다.",
            ),
            "untold": Text(
                en="These runs cannot be told from guessing even on clean pictures: what noise costs cannot be told either.",
                ko="이 모델들은 원본에서도 찍는 것과 구별할 수 없어 노이즈의 영향을 말할 수 없습니다.",
            ),
            "worse": Text(
                en="These runs are worse than guessing even on clean pictures: what noise costs cannot be told.",
                ko="이 모델들은 원본에서도 찍는 것보다 못해 노이즈의 영향을 말할 수 없습니다.",
            ),
        }
        mixed = Text(
            en="None of these runs is clearly better than guessing even on clean pictures: what noise costs cannot "
            "be told.",
            ko="이 모델들은 원본에서도 찍는 것보다 뚜렷이 낫지 않아 노이즈의 영향을 말할 수 없습니다.",
        )
        return mixed if others else several[guess]
    one: dict[Guess, Text] = {
        "hardly": Text(
            en="{name} is hardly better than guessing even on clean pictures ({share} %, guessing {chance} %): "
            "what noise costs cannot be told.",
            ko="{name:은/는} 원본에서도 찍는 것과 거의 같아({share}%, 찍으면 {chance}%) 노이즈의 영향을 말할 수 없습니다.",
        ),
        "untold": Text(
            en="{name} cannot be told from guessing even on clean pictures ({share} %, guessing {chance} %): "
            "what noise costs cannot be told either.",
            ko="{name:은/는} 원본에서도 찍는 것과 구별할 수 없어({share}%, 찍으면 {chance}%) 노이즈의 영향을 말할 수 없습니다.",
        ),
        "worse": Text(
            en="{name} is worse than guessing even on clean pictures ({share} %, guessing {chance} %): "
            "what noise costs cannot be told.",
            ko="{name:은/는} 원본에서도 찍는 것보다 못해({share}%, 찍으면 {chance}%) 노이즈의 영향을 말할 수 없습니다.",
        ),
    }
    return fill_text(one[guess], name=quoted(arms[0]), **shares(arms[0]))


def _ranked(comparison: Comparison, told: _Told) -> Text:
    """The runs by their accuracy, the best first; in the order that they are given in where they cannot be ranked."""
    arms = list(comparison.arms)
    if comparison.same_pictures:
        arms.sort(key=lambda arm: -arm.under(told.noises).mean)
    elif len(arms) > NAMED:
        several = Text(
            en="These {n} runs were tested on different pictures, so they are not ranked.",
            ko="모델 {n}개를 서로 다른 사진으로 시험해서 순위를 매기지 않습니다.",
        )
        return fill_text(several, n=len(arms))
    values: dict[str, Text | str | int] = {"cause": told.cause, "of_all": _counted(arms)}
    values["of"] = Text(en=" of them", ko="") if told.clean else Text(en=" of the pictures", ko="사진의 ")
    shown = arms if len(arms) <= NAMED else [arms[0], arms[-1]]
    for place, arm in enumerate(shown):
        name = _of_pair(arm, comparison)
        values |= {f"name{place}": name, f"share{place}": rounded(arm.under(told.noises).mean)}
        values[f"beside{place}"] = _beside(arm, told)
    if comparison.same_pictures and len(shown) == 2 and not told_apart(shown[0], shown[1], told.noises):
        return fill_text(_UNTOLD["all" if len(arms) == 2 else "some"], **values)
    text = fill_text(_NAMED[len(arms)] if len(arms) <= NAMED else _BEST_AND_WORST, **values)
    if not comparison.same_pictures:
        return fill_text(
            Text(
                en="Not ranked, as the test pictures differ. {named}",
                ko="시험 사진이 서로 달라 순위를 매기지 않습니다. {named}",
            ),
            named=text,
        )
    return fill_text(plain("{named}{untold}"), named=text, untold=untold(arms, told.noises))


def _counted(arms: Sequence[Arm]) -> Text:
    """How many are compared: runs, or ways to train where any stands for several seeds."""
    n = len(arms)
    if any(arm.seeds for arm in arms):
        return Text(en=f"{n} ways to train", ko=f"학습 방식 {n}가지")
    return Text(en=f"{n} runs", ko=f"모델 {n}개")


_NAMED = {
    1: Text(
        en="{cause} {name0} is right on {share0} %{of}{beside0}.",
        ko="{cause} {name0:은/는} {of}{share0}%를 맞힙니다{beside0}.",
    ),
    2: Text(
        en="{cause} {name0} is right on {share0} %{of}{beside0}, {name1} on {share1} %{beside1}.",
        ko="{cause} {name0:은/는} {of}{share0}%를 맞히고{beside0}, {name1:은/는} {share1}%를 맞힙니다{beside1}.",
    ),
    3: Text(
        en="{cause} {name0} is right on {share0} %{of}{beside0}, {name1} on {share1} %{beside1} and "
        "{name2} on {share2} %{beside2}.",
        ko="{cause} {name0:은/는} {of}{share0}%를 맞히고{beside0}, {name1:은/는} {share1}%{beside1}, "
        "{name2:은/는} {share2}%를 맞힙니다{beside2}.",
    ),
}
_BEST_AND_WORST = Text(
    en="{cause} the best of {of_all}, {name0}, is right on {share0} %{of}{beside0}, "
    "the worst, {name1}, on {share1} %{beside1}.",
    ko="{cause} {of_all} 가운데 가장 나은 {name0:은/는} {of}{share0}%를 맞히고{beside0}, "
    "가장 못한 {name1:은/는} {share1}%를 맞힙니다{beside1}.",
)
_UNTOLD = {
    "all": Text(
        en="{cause} no difference can be told between {name0}, right on {share0} %{of}{beside0}, "
        "and {name1}, right on {share1} %{beside1}.",
        ko="{cause} {of}{share0}%를 맞힌 {name0}{beside0}{name0:-과/와} {share1}%를 맞힌 {name1}{beside1}의 "
        "차이를 가릴 수 없습니다.",
    ),
    "some": Text(
        en="{cause} no difference can be told even between the best and the worst of {of_all}: {name0}, right on "
        "{share0} %{of}{beside0}, and {name1}, right on {share1} %{beside1}.",
        ko="{cause} {of_all} 가운데 {of}{share0}%를 맞혀 가장 나은 {name0}{beside0}{name0:-과/와} {share1}%를 "
        "맞혀 가장 못한 {name1}{beside1}의 차이조차 가릴 수 없습니다.",
    ),
}


def _too_few_of(few: Sequence[Arm]) -> Text:
    """Whose test pictures are too few, beside runs that have enough."""
    return fill_text(
        Text(
            en="{who} had only {tested}: too few to tell what noise costs {it}.",
            ko="{who:은/는} {tested}뿐이라 노이즈의 영향을 말할 수 없습니다.",
        ),
        who=quoted(few[0])
        if len(few) == 1
        else Text(en=f"{len(few)} other runs", ko=f"다른 모델 {len(few)}개"),
        tested=tested_on(few),
        it="it" if len(few) == 1 else "them",
    )


def _of_pair(arm: Arm, comparison: Comparison) -> Text:
    """How a headline calls a run: by its name, as charts do, with what later sentences call it."""
    if not is_pair(comparison):
        return quoted(arm)
    if arm.noise_trained:
        kind = Text(en="the noise-trained {name}", ko="노이즈로 학습한 {name}")
    else:
        kind = Text(en="the clean-trained {name}", ko="원본으로만 학습한 {name}")
    return fill_text(kind, name=quoted(arm))
