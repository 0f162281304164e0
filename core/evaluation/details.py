"""What a comparison of runs shows besides its headline, in sentences made from its numbers. No torch."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from core.evaluation.arms import Arm, Measured
from core.evaluation.comparison import Comparison, difference, told_apart
from core.evaluation.metrics import FEWEST, WANTED
from core.evaluation.phrases import (
    GUESS,
    NAMED,
    beginning,
    between,
    is_pair,
    quoted,
    shares,
    untold,
    with_few,
    with_fewest,
)
from core.noise.catalogue import CLEAN, noise_name
from core.statistics import widest
from core.words import Text, fill_text, plain, rounded

HOLDS_WITHIN = 5.0
"""A run holds under a noise that costs it less than this many points."""
CLEARLY_LESS = 2
"""Points by which another run must lose more for holding to be worth saying."""


def _mapped(text: Text, change: Callable[[str], str]) -> Text:
    return Text(en=change(text["en"]), ko=change(text["ko"]))


def _names(noises: Sequence[str], limit: int = 4) -> Text:
    """Noises as bold words: "a, b and c"; past `limit` they are counted."""
    names = [noise_name(noise) for noise in noises]
    more = len(names) - limit
    words = {}
    for language, last in (("en", " and "), ("ko", ", ")):
        bold = [f"**{name[language]}**" for name in names[:limit]]  # type: ignore[literal-required]
        if more > 0:
            bold.append(f"{more} more" if language == "en" else f"그 밖의 {more}가지")
        words[language] = bold[0] if len(bold) == 1 else ", ".join(bold[:-1]) + last + bold[-1]
    return Text(en=words["en"], ko=words["ko"])


def details(comparison: Comparison, written: Callable[[str], str] = str) -> list[Text]:
    """Further sentences: how sure the difference is, accuracy under noises that were seen in training and that were
    not, the worst noise, and how a noise-trained run does under noises it never saw.

    Args:
        written: how the name of a run is written in these sentences, which have bold words in Markdown.
    """
    arms = tuple(replace(arm, label=_mapped(arm.label, written)) for arm in comparison.arms)
    comparison = replace(comparison, arms=arms)
    few = with_few(arms)
    if len(few) == len(arms):
        return [_too_few(with_fewest(few))]
    if not comparison.cells:
        return []
    guessing_arms = [arm for arm in arms if arm.guess(CLEAN) and arm.independent >= FEWEST]
    if len(guessing_arms) == len(arms):
        return [
            Text(
                en="Train for more epochs, or on more pictures, and test again.",
                ko="에폭을 늘리거나 사진을 더 모아 학습한 뒤 다시 시험해 보세요.",
            )
        ]
    sentences = [_guesses_clean(arm, comparison) for arm in guessing_arms]
    if few:
        sentences.append(_too_few(with_fewest(few)))
    if not comparison.same_pictures or few:
        return sentences
    by_accuracy = sorted(comparison.arms, key=lambda arm: -arm.under().mean)
    if len(by_accuracy) > 1:
        sentences.append(_how_sure(by_accuracy[0], by_accuracy[-1], len(by_accuracy)))
    sentences += _seen_and_unseen(comparison, by_accuracy)
    worst = _worst_noise(by_accuracy[-1], comparison)
    if worst is not None:
        sentences.append(_worst(by_accuracy[-1], worst, comparison))
    trained = [arm for arm in comparison.arms if arm.noise_trained]
    if len(trained) == 1:
        sentences += _unseen(trained[0], comparison, worst if trained[0] is by_accuracy[-1] else None)
    return sentences


def _guesses_clean(arm: Arm, comparison: Comparison) -> Text:
    guess = arm.guess(CLEAN)
    assert guess is not None
    text = {
        "hardly": Text(
            en="{who} is hardly better than guessing even on clean pictures ({share} %, guessing {chance} %): "
            "noise has little to cost it.",
            ko="{who:은/는} 원본에서도 찍는 것과 거의 같아({share}%, 찍으면 {chance}%) 노이즈로 더 떨어질 것이 별로 없습니다.",
        ),
        "untold": Text(
            en="{who} cannot be told from guessing even on clean pictures ({share} %, guessing {chance} %).",
            ko="{who:은/는} 원본에서도 찍는 것과 구별할 수 없습니다({share}%, 찍으면 {chance}%).",
        ),
        "worse": Text(
            en="{who} is worse than guessing even on clean pictures ({share} %, guessing {chance} %).",
            ko="{who:은/는} 원본에서도 찍는 것보다 못합니다({share}%, 찍으면 {chance}%).",
        ),
    }[guess]
    return fill_text(text, who=beginning(_who(arm, comparison)), **shares(arm))


def _how_sure(best: Arm, worst: Arm, runs: int) -> Text:
    """How far the best run is before the worst."""
    lead = difference(best, worst)
    text = (
        Text(
            en="The difference is {points} (95 %: {low} to {high}).",
            ko="차이는 {points}입니다(95% 구간: {low}에서 {high}).",
        )
        if runs == 2
        else Text(
            en="Between the best and the worst lie {points} (95 %: {low} to {high}).",
            ko="가장 나은 모델과 가장 못한 모델의 차이는 {points}입니다(95% 구간: {low}에서 {high}).",
        )
    )
    digits = _digits(lead)
    number = rounded(lead.mean, digits) if digits else str(between(best.under().mean, worst.under().mean))
    points = Text(en="1 point" if number == "1" else f"{number} points", ko=f"{number}%포인트")
    return fill_text(text, points=points, low=rounded(lead.low, digits), high=rounded(lead.high, digits))


def _digits(measured: Measured) -> int:
    """So many after the point that no end of the interval reads 0 that is not, nor both the same."""
    ends = measured.low, measured.high
    for digits in (0, 1):
        written = [rounded(end, digits) for end in ends]
        as_zero = [not word.strip("−0.") and end != 0 for word, end in zip(written, ends, strict=True)]
        if not any(as_zero) and (written[0] != written[1] or ends[0] == ends[1]):
            return digits
    return 2


def _costs(arm: Arm, noises: Sequence[str]) -> dict[str, Measured]:
    """Points lost to each, what costs most first."""
    lost = arm.lost[arm.lost["noise"].isin(noises)].sort_values("drop", ascending=False, kind="stable")
    columns = (lost[name].tolist() for name in ("noise", "drop", "low", "high"))
    return {noise: Measured(*ends) for noise, *ends in zip(*columns, strict=True)}


def _worst_noise(arm: Arm, comparison: Comparison) -> str | None:
    """The noise that costs a run most; None where there is but one, or none is known to cost anything."""
    costs = _costs(arm, comparison.in_means)
    worst = next(iter(costs))
    return None if len(costs) == 1 or costs[worst].low <= 0 or costs[worst].mean < 1 else worst


def _worst(arm: Arm, worst: str, comparison: Comparison) -> Text:
    """The noise that costs a run most, with those that it cannot be told from."""
    alike = [
        noise
        for noise in _costs(arm, comparison.in_means)
        if noise != worst
        and not Measured.over(arm.by_picture[noise] - arm.by_picture[worst], arm.group_of).told
    ]
    guess = arm.guess(worst)
    further = [fill_text(GUESS[guess], chance=rounded(100 * arm.guessing))] if guess else []
    if arm.noise_trained and worst not in arm.seen:
        further.append(Text(en="not seen in training", ko="학습 때 못 봄"))
    text = Text(
        en="Worst for {who}: {noise} ({clean} % → {noisy} %{further}).",
        ko="{who}에 가장 나쁜 것은 {noise} ({clean}% → {noisy}%{further}).",
    )
    if alike:
        text = Text(
            en="Among the worst for {who}: {noise} ({clean} % → {noisy} %{further}); {others} cannot be told from it.",
            ko="{who}에 가장 나쁜 것 가운데 하나는 {noise} ({clean}% → {noisy}%{further}). {others:과/와}는 "
            "차이를 가릴 수 없습니다.",
        )
    return fill_text(
        text,
        who=_who(arm, comparison),
        noise=_names([worst]),
        others=_names(alike, limit=2) if alike else plain(""),
        clean=rounded(100 * arm.clean),
        noisy=rounded(100 * arm.rate(worst)),
        further=Text(
            en="".join(f", {one['en']}" for one in further), ko="".join(f", {one['ko']}" for one in further)
        ),
    )


def _too_few(arm: Arm) -> Text:
    """How little an accuracy of it tells, and what to do."""
    alone = Text(
        en="An accuracy measured on so few pictures may be off by {points} points either way (95 %); from {fewest} "
        "on by {widest} at most. On the page Data import more pictures, or put more of them into a folder called "
        "test; then train and test on those.",
        ko="이렇게 적은 사진으로 잰 정확도는 위아래로 {points}%포인트까지 다를 수 있습니다(95%). {fewest}장부터는 "
        "{widest}%포인트 이내입니다. 데이터 페이지에서 사진을 더 많이 가져오거나 test 폴더에 더 많이 넣은 뒤, 다시 학습하고 "
        "시험해 보세요.",
    )
    grouped = Text(
        en="Pictures of one video or group are alike, so what counts is how many of these there are: an accuracy measured on so "
        "few may be off by {points} points either way (95 %); from {fewest} on by {widest} at most. On the page Data import "
        "more of them, or put more of them into a folder called test; then train and test on those.",
        ko="한 동영상이나 그룹의 사진은 서로 비슷하므로 그 개수가 중요합니다. 이렇게 적으면 정확도가 위아래로 {points}%포인트까지 다를 수 "
        "있습니다(95%). {fewest}개부터는 {widest}%포인트 이내입니다. 데이터 페이지에서 동영상이나 그룹을 더 많이 가져오거나 test 폴더에 더 "
        "많이 넣은 뒤, 다시 학습하고 시험해 보세요.",
    )
    return fill_text(
        alone if arm.independent == arm.images else grouped,
        points=rounded(100 * widest(arm.independent)),
        fewest=FEWEST,
        widest=rounded(100 * WANTED),
    )


def _seen_and_unseen(comparison: Comparison, by_accuracy: Sequence[Arm]) -> list[Text]:
    """How right they are under noises that none of the runs was trained on, and the others: a mean over both hides
    the first."""
    seen = [noise for noise in comparison.in_means if noise in comparison.seen]
    unseen = [noise for noise in comparison.in_means if noise not in comparison.seen]
    if not seen or not unseen or comparison.brought:
        return []
    ranked = sorted(by_accuracy, key=lambda arm: -arm.under(unseen).mean)
    named = ranked if len(ranked) <= NAMED else [ranked[0], ranked[-1]]
    values: dict[str, Text | str] = {}
    for place, arm in enumerate(named):
        values[f"name{place}"] = _who(arm, comparison)
        values[f"unseen{place}"] = rounded(arm.under(unseen).mean)
        values[f"seen{place}"] = rounded(arm.under(seen).mean)
    if len(ranked) == 1:
        return [fill_text(_SEEN_AND_UNSEEN[1], **values)]
    if len(ranked) == 2:
        told = told_apart(named[0], named[1], unseen)
        values["untold"] = (
            plain("") if told else Text(en=" (no difference to be told)", ko="(차이를 가릴 수 없음)")
        )
        return [fill_text(_SEEN_AND_UNSEEN[2], **values)]
    values["untold"] = untold(ranked, unseen)
    return [fill_text(_SEEN_AND_UNSEEN[NAMED] if len(ranked) == NAMED else _UNSEEN_ENDS, **values)]


_SEEN_AND_UNSEEN = {
    1: Text(
        en="Under noises that it was not trained on it is right on {unseen0} %, under those that it was on {seen0} %.",
        ko="학습 때 못 본 노이즈에서는 {unseen0}%, 본 노이즈에서는 {seen0}%를 맞힙니다.",
    ),
    2: Text(
        en="Under noises that neither was trained on, {name0} is right on {unseen0} %, {name1} on {unseen1} %"
        "{untold}; under the others on {seen0} and {seen1} %.",
        ko="둘 다 학습 때 못 본 노이즈만 보면 {name0:은/는} {unseen0}%, {name1:은/는} {unseen1}%를 맞힙니다{untold}. "
        "나머지 노이즈에서는 각각 {seen0}%, {seen1}%를 맞힙니다.",
    ),
    3: Text(
        en="Under noises that none of these runs was trained on, {name0} is right on {unseen0} %, {name1} on "
        "{unseen1} % and {name2} on {unseen2} %.{untold} Under the others they are right on {seen0}, {seen1} and "
        "{seen2} %, in this order.",
        ko="모두 학습 때 못 본 노이즈만 보면 {name0:은/는} {unseen0}%, {name1:은/는} {unseen1}%, {name2:은/는} "
        "{unseen2}%를 맞힙니다.{untold} 나머지 노이즈에서는 차례로 {seen0}%, {seen1}%, {seen2}%를 맞힙니다.",
    ),
}
_UNSEEN_ENDS = Text(
    en="Under noises that none of these runs was trained on, the best, {name0}, is right on {unseen0} %, the worst, "
    "{name1}, on {unseen1} %.{untold} Under the others these two are right on {seen0} and {seen1} %.",
    ko="모두 학습 때 못 본 노이즈만 보면 가장 나은 {name0:은/는} {unseen0}%, 가장 못한 {name1:은/는} {unseen1}%를 "
    "맞힙니다.{untold} 나머지 노이즈에서 이 둘은 각각 {seen0}%, {seen1}%를 맞힙니다.",
)


def _unseen(arm: Arm, comparison: Comparison, told: str | None) -> list[Text]:
    """How a noise-trained run does under noises that it was not trained with.

    Args:
        told: the noise of which an earlier sentence says what it costs this run.
    """
    unseen = [noise for noise in comparison.in_means if noise not in arm.seen]
    costs = _costs(arm, unseen)
    lost = [noise for noise, cost in costs.items() if cost.mean >= HOLDS_WITHIN and cost.low > 0]
    # What every run stands is no merit of this one's training; alone, nobody knows.
    others = [other for other in comparison.arms if other is not arm]
    held = [
        noise
        for noise in unseen
        if others
        and costs[noise].high < HOLDS_WITHIN
        and all(_loses_more(other, arm, noise) for other in others)
    ]
    who = _who(arm, comparison)
    sentences = []
    if held:
        holds = Text(
            en="{who} was never shown {noises} and still holds there.",
            ko="{who:은/는} 학습 때 본 적 없는 {noises}에도 버팁니다.",
        )
        sentences.append(fill_text(holds, who=beginning(who), noises=_names(held)))
    if lost and lost[0] != told:
        loses = Text(
            en="Under {noise}, which {who} never saw either, it loses {points}."
            if held
            else "Under {noise}, which {who} never saw, it loses {points}.",
            ko="{who:은/는} 역시 본 적 없는 {noise} 앞에서는 정확도가 {points}."
            if held
            else "{who:은/는} 학습 때 본 적 없는 {noise} 앞에서는 정확도가 {points}.",
        )
        sentences.append(
            fill_text(
                loses,
                who=who,
                noise=_names(lost[:1]),
                points=_points(between(100 * arm.clean, 100 * arm.rate(lost[0]))),
            )
        )
    return sentences


def _loses_more(other: Arm, arm: Arm, noise: str) -> bool:
    """Clearly more points than `arm` to one noise, picture by picture."""
    lost = [one.by_picture[CLEAN] - one.by_picture[noise] for one in (other, arm)]
    more = Measured.over(lost[0] - lost[1], arm.group_of)
    return more.mean >= CLEARLY_LESS and more.low > 0


def _points(number: int) -> Text:
    """How much accuracy is lost; the Korean has the verb."""
    return Text(en="1 point" if number == 1 else f"{number} points", ko=f"{number}%포인트 떨어집니다")


def _who(arm: Arm, comparison: Comparison) -> Text:
    """ "it" for the only run, "the clean-trained one" where that says which, else the run's name."""
    if len(comparison.arms) == 1:
        return Text(en="it", ko="이 모델")
    if not is_pair(comparison):
        return quoted(arm)
    if arm.noise_trained:
        return Text(en="the noise-trained one", ko="노이즈로 학습한 모델")
    return Text(en="the clean-trained one", ko="원본으로만 학습한 모델")
