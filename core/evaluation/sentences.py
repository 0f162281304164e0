"""What a comparison of runs shows, in sentences made from its numbers. No torch."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from core.evaluation.compare import Arm, Comparison
from core.evaluation.metrics import FEWEST, WANTED, widest
from core.evaluation.predictions import CLEAN
from core.noise.catalogue import get_noise
from core.words import Text, fill_text, plain, rounded

HOLDS_WITHIN = 5.0
"""A run holds under a noise that costs it less than this many points."""
CLEARLY_LESS = 2
"""Points by which another run must lose more for holding to be worth saying."""


def _points(drop: float, next_drop: float | None = None) -> Text:
    """How much is lost; the Korean says it of the accuracy, and has the verb.

    Args:
        next_drop: what the sentence goes on to say; where that falls too, one verb does for both.
    """
    number = int(rounded(drop))
    if number <= 0:
        last = "거의 떨어지지 않습니다" if next_drop is None else "거의 떨어지지 않고"
        return Text(en="nothing", ko=last)
    verb = " 떨어집니다" if next_drop is None else "" if int(rounded(next_drop)) > 0 else " 떨어지고"
    return Text(en="1 point" if number == 1 else f"{number} points", ko=f"{number}%포인트{verb}")


def _cause(severities: Sequence[int], noises: str) -> Text:
    """What costs: the subject of the sentence, narrowed as the page is."""
    strength = (
        Text(en=f" of severity {severities[0]}", ko=f"강도 {severities[0]}의 ")
        if len(severities) == 1
        else Text(en="", ko="")
    )
    kind = {
        "all": Text(en="Noise{strength}", ko="{strength}노이즈가 끼면"),
        "seen": Text(en="Noise{strength} that was seen in training", ko="학습 때 본 {strength}노이즈가 끼면"),
        "unseen": Text(
            en="Noise{strength} that nobody saw in training", ko="학습 때 못 본 {strength}노이즈가 끼면"
        ),
    }[noises]
    return fill_text(kind, strength=strength)


def headline(comparison: Comparison, noises: str = "all") -> Text:
    """What the comparison shows, in one sentence made from its numbers.

    Args:
        noises: as given to `compare`.
    """
    arms = comparison.arms
    if not comparison.noises or not comparison.severities:
        best = max(arms, key=lambda arm: arm.clean)
        return fill_text(
            Text(
                en="{name} reads {share} % of the clean pictures right.",
                ko="{name:은/는} 원본 사진의 {share}%를 맞힙니다.",
            ),
            name=_quoted(best),
            share=rounded(100 * best.clean),
        )
    if (images := _images(comparison)) < FEWEST:
        pictures = Text(en=f"{images} test picture{'s' if images > 1 else ''}", ko=f"{images}장")
        return fill_text(
            Text(
                en="Only {pictures}: too few to tell what noise costs.",
                ko="시험 사진이 {pictures}뿐이라 노이즈의 영향을 말하기에는 너무 적습니다.",
            ),
            pictures=pictures,
        )
    if all(arm.guesses(CLEAN) for arm in arms):
        return fill_text(
            Text(
                en="{name} no better than guessing even on clean pictures: what noise costs cannot be told.",
                ko="{name:은/는} 원본에서도 찍는 것과 다름없어 노이즈의 영향을 말할 수 없습니다.",
            ),
            name=fill_text(Text(en="{name} is", ko="{name}"), name=_quoted(arms[0]))
            if len(arms) == 1
            else Text(en="These runs are", ko="이 모델들"),
        )
    cause = _cause(comparison.severities, noises)
    if len(arms) == 1:
        return fill_text(
            Text(
                en="{cause} costs {name} {points} on average.",
                ko="{cause} {name}의 정확도가 평균 {points}.",
            ),
            cause=cause,
            name=_quoted(arms[0]),
            points=_points(arms[0].mean_drop),
        )
    first, second = _told_of(comparison)
    text = Text(
        en="{cause} costs {first} {a} on average, {second} {b}.",
        ko="{cause} {first:은/는} 정확도가 평균 {a}, {second:은/는} {b}.",
    )
    if _is_pair(comparison):
        text = Text(
            en="{cause} costs the clean-trained model {a} on average; the noise-trained one {b}.",
            ko="{cause} 원본으로만 학습한 모델은 정확도가 평균 {a}, 노이즈로 학습한 모델은 {b}.",
        )
    return fill_text(
        text,
        cause=cause,
        first=_quoted(first),
        second=_quoted(second),
        a=_points(first.mean_drop, second.mean_drop),
        b=_points(second.mean_drop),
    )


def _images(comparison: Comparison) -> int:
    """Test pictures of the run that has fewest."""
    return min(arm.images for arm in comparison.arms)


def _told_of(comparison: Comparison) -> tuple[Arm, Arm]:
    """The two of several runs that the headline speaks of, in its order."""
    arms = comparison.arms
    if _is_pair(comparison):
        clean_trained, noise_trained = sorted(arms, key=lambda arm: arm.noise_trained)
        return clean_trained, noise_trained
    least, *_, most = sorted(arms, key=lambda arm: arm.mean_drop)
    return most, least


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
    names = [get_noise(noise).name for noise in noises]
    more = len(names) - limit
    words = {}
    for language, last in (("en", " and "), ("ko", ", ")):
        bold = [f"**{name[language]}**" for name in names[:limit]]  # type: ignore[literal-required]
        if more > 0:
            bold.append(f"{more} more" if language == "en" else f"그 밖의 {more}가지")
        words[language] = bold[0] if len(bold) == 1 else ", ".join(bold[:-1]) + last + bold[-1]
    return Text(en=words["en"], ko=words["ko"])


def details(comparison: Comparison, written: Callable[[str], str] = str) -> list[Text]:
    """Further sentences: how sure all this is, what noises cost that were seen in training and that were not, the
    worst noise, and how a noise-trained run does under noises it never saw.

    Args:
        written: how the name of a run is written in these sentences, which have bold words in Markdown.
    """
    arms = tuple(replace(arm, label=_mapped(arm.label, written)) for arm in comparison.arms)
    comparison = replace(comparison, arms=arms)
    sentences: list[Text] = []
    if not comparison.noises or not comparison.severities:
        return sentences
    if (images := _images(comparison)) < FEWEST:
        return [_too_few(images)]
    guessing_arms = [arm for arm in comparison.arms if arm.guesses(CLEAN)]
    if len(guessing_arms) == len(comparison.arms):
        return [
            Text(
                en="Train for more epochs, or on more pictures, and test again.",
                ko="에폭을 늘리거나 사진을 더 모아 학습한 뒤 다시 시험해 보세요.",
            )
        ]
    for arm in guessing_arms:
        guesses = Text(
            en="{who} is no better than guessing even on clean pictures ({share} %): noise has little to cost it.",
            ko="{who:은/는} 원본에서도 찍는 것과 다름없어({share}%) 노이즈로 더 떨어질 것이 별로 없습니다.",
        )
        sentences.append(
            fill_text(guesses, who=_beginning(_who(arm, comparison)), share=rounded(100 * arm.clean))
        )
    sentences += _seen_and_unseen(comparison)
    weakest = max(comparison.arms, key=lambda arm: arm.mean_drop)
    worst = weakest.worst
    if worst is not None and weakest.drops()[worst] >= 1:
        guessing = (
            Text(en=", no better than guessing", ko=", 찍는 것과 다름없음")
            if weakest.guesses(worst)
            else plain("")
        )
        sentences.append(
            fill_text(
                Text(
                    en="Worst for {who}: {noise} ({clean} % → {noisy} %{guessing}).",
                    ko="{who}에 가장 나쁜 것은 {noise} ({clean}% → {noisy}%{guessing}).",
                ),
                who=_who(weakest, comparison),
                noise=_names([worst]),
                clean=rounded(100 * weakest.clean),
                noisy=rounded(100 * weakest.rate(worst)),
                guessing=guessing,
            )
        )
    trained = [arm for arm in comparison.arms if arm.noise_trained]
    if len(trained) == 1 and comparison.same_pictures:
        sentences += _unseen(trained[0], comparison)
    return sentences


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


def _seen_and_unseen(comparison: Comparison) -> list[Text]:
    """What the noises cost that none of the runs was trained on, and the others: a mean over both hides the first."""
    unseen = [noise for noise in comparison.noises if noise not in comparison.seen]
    if not comparison.seen or not unseen:
        return []
    shown = comparison.arms if len(comparison.arms) == 1 else _told_of(comparison)
    drops = [float(arm.drops()[list(noises)].mean()) for noises in (unseen, comparison.seen) for arm in shown]
    if len(shown) == 1:
        text = Text(
            en="On noises that it was not trained on it loses {a}, on those that it was {b}.",
            ko="학습 때 못 본 노이즈에서는 정확도가 평균 {a}, 본 노이즈에서는 {b}.",
        )
        return [fill_text(text, a=_points(*drops), b=_points(drops[1]))]
    first, second = (_who(arm, comparison) for arm in shown)
    text = Text(
        en="On noises that {none} was trained on, {first} loses {a}, {second} {b}; on the others {c} and {d}.",
        ko="{none} 학습 때 못 본 노이즈만 보면 {first:은/는} 정확도가 평균 {a}, {second:은/는} {b}. "
        "나머지 노이즈에서는 각각 {c}, {d}.",
    )
    several = len(comparison.arms) > 2
    none = Text(en="none of these runs" if several else "neither", ko="모두" if several else "둘 다")
    values = {
        "a": _points(*drops[:2]),
        "b": _points(drops[1]),
        "c": _points(*drops[2:]),
        "d": _points(drops[3]),
    }
    return [fill_text(text, none=none, first=first, second=second, **values)]


def _beginning(who: Text) -> Text:
    """As it stands at the beginning of a sentence."""
    return Text(en=who["en"][0].upper() + who["en"][1:], ko=who["ko"])


def _unseen(arm: Arm, comparison: Comparison) -> list[Text]:
    """How a noise-trained run does under noises that it was not trained with."""
    drops = arm.drops()
    unseen = [noise for noise in comparison.noises if noise not in arm.seen]
    lost = sorted(
        (noise for noise in unseen if drops[noise] >= HOLDS_WITHIN), key=lambda noise: -drops[noise]
    )
    # What every run stands is no merit of this one's training; alone, nobody knows.
    others = [other.drops() for other in comparison.arms if other is not arm]
    held = [
        noise
        for noise in unseen
        if others and noise not in lost and all(drop[noise] - drops[noise] >= CLEARLY_LESS for drop in others)
    ]
    who = _who(arm, comparison)
    sentences = []
    if held:
        holds = Text(
            en="{who} was never shown {noises} and still holds there.",
            ko="{who:은/는} 학습 때 본 적 없는 {noises}에도 버팁니다.",
        )
        sentences.append(fill_text(holds, who=_beginning(who), noises=_names(held)))
    if lost:
        loses = Text(
            en="Under {noise}, which {who} never saw either, it loses {points}."
            if held
            else "Under {noise}, which {who} never saw, it loses {points}.",
            ko="{who:은/는} 역시 본 적 없는 {noise} 앞에서는 정확도가 {points}."
            if held
            else "{who:은/는} 학습 때 본 적 없는 {noise} 앞에서는 정확도가 {points}.",
        )
        sentences.append(fill_text(loses, who=who, noise=_names(lost[:1]), points=_points(drops[lost[0]])))
    return sentences


def _who(arm: Arm, comparison: Comparison) -> Text:
    """ "it" for the only run, "the clean-trained one" where that says which, else the run's name."""
    if len(comparison.arms) == 1:
        return Text(en="it", ko="이 모델")
    if not _is_pair(comparison):
        return _quoted(arm)
    if arm.noise_trained:
        return Text(en="the noise-trained one", ko="노이즈로 학습한 모델")
    return Text(en="the clean-trained one", ko="원본으로만 학습한 모델")
