"""What a comparison of runs shows, in sentences made from its numbers: what an interval leaves open is said to be. No torch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from core.evaluation.comparison import Arm, Comparison, Guess, Measured, difference
from core.evaluation.metrics import FEWEST, WANTED
from core.noise.catalogue import CLEAN, noise_name
from core.statistics import widest
from core.words import Text, fill_text, plain, rounded

HOLDS_WITHIN = 5.0
"""A run holds under a noise that costs it less than this many points."""
CLEARLY_LESS = 2
"""Points by which another run must lose more for holding to be worth saying."""
NAMED = 3
"""So many runs are each named in the headline; of more the best and the worst."""

_GUESS: dict[Guess, Text] = {
    "hardly": Text(en="hardly better than the {chance} % of guessing", ko="찍는 것({chance}%)과 거의 같음"),
    "untold": Text(
        en="cannot be told from the {chance} % of guessing", ko="찍는 것({chance}%)과 구별할 수 없음"
    ),
}


@dataclass(frozen=True)
class _Told:
    """What a headline compares the runs by."""

    cause: Text
    """Its beginning."""
    noises: tuple[str, ...]
    """Of which the mean is compared; clean alone, too."""

    @property
    def clean(self) -> bool:
        return self.noises == (CLEAN,)


def _between(high: float, low: float) -> int:
    """By how many points two percentages differ as they are written: whoever subtracts them finds this number."""
    return int(rounded(high)) - int(rounded(low))


def _lost(arm: Arm, noises: Sequence[str]) -> Text:
    """What noise costs, as far as it can be told."""
    lost = arm.lost_to(noises)
    if lost.low == lost.high == 0:
        return Text(en="nothing lost", ko="하락 없음")
    if not lost.told:
        return Text(en="no loss to be told", ko="하락 여부는 알 수 없음")
    number = abs(_between(100 * arm.clean, arm.under(noises).mean))
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
        parts.append(fill_text(_GUESS[guess], chance=rounded(100 * arm.guessing)))
    if not parts:
        return plain("")
    return Text(
        en=f" ({', '.join(part['en'] for part in parts)})", ko=f"({', '.join(part['ko'] for part in parts)})"
    )


def _cause(comparison: Comparison, noises: str) -> Text:
    """Where it is measured: the beginning of the sentence, narrowed as the page is; one noise alone is named."""
    severities = comparison.mean_severities
    if len(comparison.in_means) == 1:
        (noise,) = comparison.in_means
        level = fill_text(Text(en=" of severity {n}", ko=" 강도 {n:으로/로}"), n=severities[0])
        about = plain("")
        if noise in comparison.seen:
            about = Text(en=", seen in training,", ko="학습 때 본 ")
        elif noises == "unseen":
            about = Text(en=", which nobody saw in training,", ko="학습 때 못 본 ")
        return fill_text(
            Text(en="Under {noise}{level}{about}", ko="{about}{noise:이/가}{level} 끼면"),
            noise=noise_name(noise),
            level=level if len(severities) == 1 else plain(""),
            about=about,
        )
    kind = {
        "all": Text(en="under noise", ko="노이즈가"),
        "seen": Text(en="under noise that was seen in training", ko="학습 때 본 노이즈가"),
        "unseen": Text(en="under noise that nobody saw in training", ko="학습 때 못 본 노이즈가"),
    }[noises]
    if len(severities) != 1:
        return fill_text(Text(en="{kind}", ko="{kind} 끼면"), kind=_beginning(kind))
    # The severity stands apart from what was seen, or it reads as if that had not been.
    where = Text(
        en="Under noise of severity {n}" if noises == "all" else "At severity {n}, {kind}",
        ko="{kind} 강도 {n:으로/로} 끼면",
    )
    return fill_text(where, n=severities[0], kind=kind)


def headline(comparison: Comparison, noises: str = "all") -> Text:
    """What the comparison shows, made from its numbers: accuracy under noise, beside it clean and what is lost.

    Args:
        noises: as given to `compare`.
    """
    arms = comparison.arms
    if not comparison.cells:
        return _ranked(comparison, _Told(Text(en="On clean pictures", ko="원본에서"), (CLEAN,)))
    few = _few(arms)
    enough = tuple(arm for arm in arms if arm.images >= FEWEST)
    if few and enough:
        rest = replace(comparison, arms=enough, same_pictures=comparison.same_pictures or len(enough) == 1)
        return fill_text(plain("{rest} {few}"), rest=headline(rest, noises), few=_too_few_of(few))
    if few:
        images = _images(arms)
        pictures = Text(en=f"{images} test picture{'s' if images > 1 else ''}", ko=f"{images}장")
        return fill_text(
            Text(
                en="Only {pictures}: too few to tell what noise costs.",
                ko="시험 사진이 {pictures}뿐이라 노이즈의 영향을 말하기에는 너무 적습니다.",
            ),
            pictures=pictures,
        )
    guesses = [arm.guess(CLEAN) for arm in arms]
    if all(guesses):
        return _only_guessing(arms, "untold" if "untold" in guesses else "hardly")
    return _ranked(comparison, _Told(_cause(comparison, noises), comparison.in_means))


def _only_guessing(arms: Sequence[Arm], guess: Guess) -> Text:
    if len(arms) > 1:
        several = {
            "hardly": Text(
                en="These runs are hardly better than guessing even on clean pictures: what noise costs cannot be told.",
                ko="이 모델들은 원본에서도 찍는 것과 거의 같아 노이즈의 영향을 말할 수 없습니다.",
            ),
            "untold": Text(
                en="These runs cannot be told from guessing even on clean pictures, and so not what noise costs.",
                ko="이 모델들은 원본에서도 찍는 것과 구별할 수 없어 노이즈의 영향을 말할 수 없습니다.",
            ),
        }
        return several[guess]
    one = {
        "hardly": Text(
            en="{name} is hardly better than guessing even on clean pictures ({share} %, guessing {chance} %): "
            "what noise costs cannot be told.",
            ko="{name:은/는} 원본에서도 찍는 것과 거의 같아({share}%, 찍으면 {chance}%) 노이즈의 영향을 말할 수 없습니다.",
        ),
        "untold": Text(
            en="{name} cannot be told from guessing even on clean pictures ({share} %, guessing {chance} %), "
            "and so not what noise costs.",
            ko="{name:은/는} 원본에서도 찍는 것과 구별할 수 없어({share}%, 찍으면 {chance}%) 노이즈의 영향을 말할 수 없습니다.",
        ),
    }
    return fill_text(one[guess], name=_quoted(arms[0]), **_shares(arms[0]))


def _shares(arm: Arm) -> dict[str, str]:
    return {"share": rounded(100 * arm.clean), "chance": rounded(100 * arm.guessing)}


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
    values: dict[str, Text | str | int] = {"cause": told.cause, "n": len(arms)}
    values["of"] = Text(en=" of them", ko="") if told.clean else Text(en=" of the pictures", ko="사진의 ")
    shown = arms if len(arms) <= NAMED else [arms[0], arms[-1]]
    for place, arm in enumerate(shown):
        name = _of_pair(arm, comparison)
        values |= {f"name{place}": name, f"share{place}": rounded(arm.under(told.noises).mean)}
        values[f"beside{place}"] = _beside(arm, told)
    if comparison.same_pictures and len(shown) == 2 and not difference(shown[0], shown[1], told.noises).told:
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
    return fill_text(plain("{named}{untold}"), named=text, untold=_untold(arms, told))


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
    en="{cause} the best of {n} runs, {name0}, is right on {share0} %{of}{beside0}, "
    "the worst, {name1}, on {share1} %{beside1}.",
    ko="{cause} 모델 {n}개 가운데 가장 나은 {name0:은/는} {of}{share0}%를 맞히고{beside0}, "
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
        en="{cause} no difference can be told even between the best and the worst of {n} runs: {name0}, right on "
        "{share0} %{of}{beside0}, and {name1}, right on {share1} %{beside1}.",
        ko="{cause} 모델 {n}개 가운데 {of}{share0}%를 맞혀 가장 나은 {name0}{beside0}{name0:-과/와} {share1}%를 "
        "맞혀 가장 못한 {name1}{beside1}의 차이조차 가릴 수 없습니다.",
    ),
}


def _untold(arms: Sequence[Arm], told: _Told) -> Text:
    """Further sentences: which of several ranked runs cannot be told apart."""
    if len(arms) < NAMED:
        return plain("")
    pairs = []
    for end in (0, -1):
        rest = [arm for arm in arms if arm is not arms[end]]
        alike = [arm for arm in rest if not difference(arms[end], arm, told.noises).told]
        if alike:
            others = _quoted(alike[0]) if len(alike) == 1 else _several(len(alike))
            pairs.append((_quoted(arms[end]), others))
    if len(arms) == NAMED and len(pairs) == 2 and not difference(arms[0], arms[-1], told.noises).told:
        return Text(en=" No difference can be told between them.", ko=" 이들의 차이는 가릴 수 없습니다.")
    said = [
        fill_text(
            Text(
                en=" No difference can be told between {a} and {b}.",
                ko=" {a:과/와} {b}의 차이는 가릴 수 없습니다.",
            ),
            a=a,
            b=b,
        )
        for a, b in pairs
    ]
    return Text(en="".join(one["en"] for one in said), ko="".join(one["ko"] for one in said))


def _several(number: int) -> Text:
    return Text(en=f"{number} others", ko=f"다른 {number}개")


def _few(arms: Sequence[Arm]) -> list[Arm]:
    """Those that were tested on too few pictures to tell what noise costs."""
    return [arm for arm in arms if arm.images < FEWEST]


def _images(arms: Sequence[Arm]) -> int:
    """Test pictures of the run that has fewest."""
    return min(arm.images for arm in arms)


def _too_few_of(few: Sequence[Arm]) -> Text:
    """Whose test pictures are too few, beside runs that have enough."""
    images = _images(few)
    return fill_text(
        Text(
            en="{who} had only {n} test picture{s}: too few to tell what noise costs {it}.",
            ko="{who:은/는} 시험 사진이 {n}장뿐이라 노이즈의 영향을 말할 수 없습니다.",
        ),
        who=_quoted(few[0])
        if len(few) == 1
        else Text(en=f"{len(few)} other runs", ko=f"다른 모델 {len(few)}개"),
        n=images,
        s="s" if images > 1 else "",
        it="it" if len(few) == 1 else "them",
    )


def _quoted(arm: Arm) -> Text:
    return fill_text(plain("“{label}”"), label=arm.label)


def _mapped(text: Text, change: Callable[[str], str]) -> Text:
    return Text(en=change(text["en"]), ko=change(text["ko"]))


def _is_pair(comparison: Comparison) -> bool:
    """A clean-trained run beside a noise-trained one, on the same pictures: these words then say which is meant."""
    different = len({arm.noise_trained for arm in comparison.arms}) == 2
    return len(comparison.arms) == 2 and different and comparison.same_pictures


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
    few = _few(arms)
    if len(few) == len(arms):
        return [_too_few(_images(few))]
    if not comparison.cells:
        return []
    guessing_arms = [arm for arm in arms if arm.guess(CLEAN) and arm.images >= FEWEST]
    if len(guessing_arms) == len(arms):
        return [
            Text(
                en="Train for more epochs, or on more pictures, and test again.",
                ko="에폭을 늘리거나 사진을 더 모아 학습한 뒤 다시 시험해 보세요.",
            )
        ]
    sentences = [_guesses_clean(arm, comparison) for arm in guessing_arms]
    if few:
        sentences.append(_too_few(_images(few)))
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
    }[guess]
    return fill_text(text, who=_beginning(_who(arm, comparison)), **_shares(arm))


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
    number = rounded(lead.mean, digits) if digits else str(_between(best.under().mean, worst.under().mean))
    points = Text(en="1 point" if number == "1" else f"{number} points", ko=f"{number}%포인트")
    return fill_text(text, points=points, low=rounded(lead.low, digits), high=rounded(lead.high, digits))


def _digits(measured: Measured) -> int:
    """So many after the point that no end of the interval reads 0 that is not, nor both the same."""
    ends = measured.low, measured.high
    for digits in (0, 1):
        written = [rounded(end, digits) for end in ends]
        as_zero = [float(word) == 0 != end for word, end in zip(written, ends, strict=True)]
        if not any(as_zero) and (written[0] != written[1] or ends[0] == ends[1]):
            return digits
    return 2


def _costs(arm: Arm, noises: Sequence[str]) -> dict[str, Measured]:
    """Points lost to each, what costs most first."""
    costs = {noise: arm.lost_to([noise]) for noise in noises}
    return dict(sorted(costs.items(), key=lambda one: -one[1].mean))


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
        if noise != worst and not Measured.over(arm.by_picture[noise] - arm.by_picture[worst]).told
    ]
    guess = arm.guess(worst)
    further = [fill_text(_GUESS[guess], chance=rounded(100 * arm.guessing))] if guess else []
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


def _too_few(images: int) -> Text:
    return fill_text(
        Text(
            en="An accuracy measured on so few pictures may be off by {points} points either way (95 %); from {fewest} "
            "on by {widest} at most. On the page Data import more pictures, or put more of them into a folder called "
            "test; then train and test on those.",
            ko="이렇게 적은 사진으로 잰 정확도는 위아래로 {points}%포인트까지 다를 수 있습니다(95%). {fewest}장부터는 "
            "{widest}%포인트 이내입니다. 데이터 페이지에서 사진을 더 많이 가져오거나 test 폴더에 더 많이 넣은 뒤, 다시 학습하고 "
            "시험해 보세요.",
        ),
        points=rounded(100 * widest(images)),
        fewest=FEWEST,
        widest=rounded(100 * WANTED),
    )


def _seen_and_unseen(comparison: Comparison, by_accuracy: Sequence[Arm]) -> list[Text]:
    """How right they are under noises that none of the runs was trained on, and the others: a mean over both hides
    the first."""
    seen = [noise for noise in comparison.in_means if noise in comparison.seen]
    unseen = [noise for noise in comparison.in_means if noise not in comparison.seen]
    if not seen or not unseen:
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
        told = difference(named[0], named[1], unseen).told
        values["untold"] = (
            plain("") if told else Text(en=" (no difference to be told)", ko="(차이를 가릴 수 없음)")
        )
        return [fill_text(_SEEN_AND_UNSEEN[2], **values)]
    values["untold"] = _untold(ranked, _Told(plain(""), tuple(unseen)))
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


def _beginning(who: Text) -> Text:
    """As it stands at the beginning of a sentence."""
    return Text(en=who["en"][0].upper() + who["en"][1:], ko=who["ko"])


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
        sentences.append(fill_text(holds, who=_beginning(who), noises=_names(held)))
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
                points=_points(_between(100 * arm.clean, 100 * arm.rate(lost[0]))),
            )
        )
    return sentences


def _loses_more(other: Arm, arm: Arm, noise: str) -> bool:
    """Clearly more points than `arm` to one noise, picture by picture."""
    lost = [one.by_picture[CLEAN] - one.by_picture[noise] for one in (other, arm)]
    more = Measured.over(lost[0] - lost[1])
    return more.mean >= CLEARLY_LESS and more.low > 0


def _of_pair(arm: Arm, comparison: Comparison) -> Text:
    """How a headline calls a run: by its name, as charts do, with what later sentences call it."""
    if not _is_pair(comparison):
        return _quoted(arm)
    if arm.noise_trained:
        kind = Text(en="the noise-trained {name}", ko="노이즈로 학습한 {name}")
    else:
        kind = Text(en="the clean-trained {name}", ko="원본으로만 학습한 {name}")
    return fill_text(kind, name=_quoted(arm))


def _points(number: int) -> Text:
    """How much accuracy is lost; the Korean has the verb."""
    return Text(en="1 point" if number == 1 else f"{number} points", ko=f"{number}%포인트 떨어집니다")


def _who(arm: Arm, comparison: Comparison) -> Text:
    """ "it" for the only run, "the clean-trained one" where that says which, else the run's name."""
    if len(comparison.arms) == 1:
        return Text(en="it", ko="이 모델")
    if not _is_pair(comparison):
        return _quoted(arm)
    if arm.noise_trained:
        return Text(en="the noise-trained one", ko="노이즈로 학습한 모델")
    return Text(en="the clean-trained one", ko="원본으로만 학습한 모델")
