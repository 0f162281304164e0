"""What sentences on a comparison of runs share: what runs are called, and what is said where a number leaves it open."""

from collections.abc import Sequence

from core.evaluation.arms import Arm, Guess
from core.evaluation.comparison import Comparison, told_apart
from core.evaluation.metrics import FEWEST, WANTED
from core.statistics import widest
from core.words import Text, fill_text, plain, rounded

NAMED = 3
"""So many runs are each named in the headline; of more the best and the worst."""
GUESS: dict[Guess, Text] = {
    "hardly": Text(en="hardly better than the {chance} % of guessing", ko="찍는 것({chance}%)과 거의 같음"),
    "untold": Text(
        en="cannot be told from the {chance} % of guessing", ko="찍는 것({chance}%)과 구별할 수 없음"
    ),
    "worse": Text(en="worse than the {chance} % of guessing", ko="찍는 것({chance}%)보다 못함"),
}


def between(high: float, low: float) -> int:
    """By how many points two percentages differ as they are written: whoever subtracts them finds this number."""
    return int(rounded(high)) - int(rounded(low))


def with_few(arms: Sequence[Arm]) -> list[Arm]:
    """Those that were tested on too few pictures, or groups of them, to tell what noise costs."""
    return [arm for arm in arms if arm.independent < FEWEST]


def with_fewest(arms: Sequence[Arm]) -> Arm:
    """The run that was tested on fewest pictures, or groups of them."""
    return min(arms, key=lambda arm: arm.independent)


def tested_on(arms: Sequence[Arm]) -> Text:
    """What is independent of what the run that has fewest was tested on."""
    arm = with_fewest(arms)
    if arm.independent == arm.images:
        one = Text(en="{n} test picture{s}", ko="시험 사진이 {n}장")
    else:
        one = Text(en="{n} video{s} or group{s} to test on", ko="시험에 쓸 동영상이나 그룹이 {n}개")
    return fill_text(one, n=arm.independent, s="s" if arm.independent > 1 else "")


def few_pictures(pictures: int, tested: int) -> Text | None:
    """That an accuracy on so few test pictures is too uncertain to tell anything; None where they are enough.

    Args:
        tested: what is independent among them: all frames of one video say little more than one of them.
    """
    if tested >= FEWEST:
        return None
    alone = Text(
        en="Only {n} test pictures: an accuracy measured on them may be {points} points off either way, too uncertain to "
        "tell models or noises apart. For ±{wanted} points it takes {enough} or more.",
        ko="시험 사진이 {n}장뿐이라 정확도가 위아래로 {points}%포인트까지 어긋날 수 있습니다. 모델이나 노이즈의 차이를 가리기에는 너무 불확실합니다. "
        "±{wanted}%포인트까지 좁히려면 시험 사진이 {enough}장은 있어야 합니다.",
    )
    grouped = Text(
        en="Only {n} videos or groups to test on, with {pictures} pictures that are alike within each: an accuracy measured "
        "on them may be {points} points off either way, too uncertain to tell models or noises apart. For ±{wanted} points "
        "it takes {enough} or more.",
        ko="시험에 쓸 동영상이나 그룹이 {n}개뿐이라(사진 {pictures}장이지만 한 그룹 안에서는 서로 비슷합니다) 정확도가 위아래로 {points}%포인트까지 "
        "어긋날 수 있습니다. 모델이나 노이즈의 차이를 가리기에는 너무 불확실합니다. ±{wanted}%포인트까지 좁히려면 {enough}개는 있어야 합니다.",
    )
    return fill_text(
        alone if tested == pictures else grouped,
        n=tested,
        pictures=pictures,
        points=rounded(100 * widest(tested)),
        wanted=rounded(100 * WANTED),
        enough=FEWEST,
    )


def quoted(arm: Arm) -> Text:
    """Its name in quotation marks."""
    return fill_text(plain("“{label}”"), label=arm.label)


def shares(arm: Arm) -> dict[str, str]:
    """Its accuracy on clean pictures and that of guessing, per cent."""
    return {"share": rounded(100 * arm.clean), "chance": rounded(100 * arm.guessing)}


def is_pair(comparison: Comparison) -> bool:
    """A clean-trained run beside a noise-trained one, on the same pictures: these words then say which is meant."""
    without = [arm for arm in comparison.arms if not arm.noise_trained]
    told = len(without) == 1 and not without[0].augmented and not comparison.brought
    return len(comparison.arms) == 2 and told and comparison.same_pictures


def beginning(who: Text) -> Text:
    """As it stands at the beginning of a sentence."""
    return Text(en=who["en"][0].upper() + who["en"][1:], ko=who["ko"])


def untold(arms: Sequence[Arm], noises: Sequence[str]) -> Text:
    """Further sentences: which of several ranked runs cannot be told apart."""
    if len(arms) < NAMED:
        return plain("")
    pairs = []
    for end in (0, -1):
        rest = [arm for arm in arms if arm is not arms[end]]
        alike = [arm for arm in rest if not told_apart(arms[end], arm, noises)]
        if alike:
            others = quoted(alike[0]) if len(alike) == 1 else _several(len(alike))
            pairs.append((quoted(arms[end]), others))
    if len(arms) == NAMED and len(pairs) == 2 and not told_apart(arms[0], arms[-1], noises):
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
