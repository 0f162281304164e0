"""What a check may find in an import: in words, why it matters, and what can be done about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.data.intake.staging import Staged
from core.levels import looks, shown
from core.words import Text, fill_text

Action = Literal["keep", "drop", "move", "stretch"]
"""Leave as it is; leave pictures out; take pictures to the training split; make the levels that they use all there are
from black to white."""

TINY_SIDE = 16
"""A picture with a shorter side is tiny, px."""
EXTREME = 4
"""A picture so many times longer than wide, or the other way round, is extreme in shape."""
FEW = 20
"""A class with fewer pictures has too few to say much about."""
IMBALANCE = 3
"""Classes that differ so many times in size are out of balance."""


@dataclass(frozen=True)
class Kind:
    """One kind of finding."""

    said: Text
    """What was found; its fields are filled by core.data.review.check."""
    why: Text
    """Why it matters, and what somebody would do."""
    choices: tuple[Action, ...] = ("keep", "drop")
    """What can be done here; the first is what happens unasked, none where it must be mended in the files."""
    proposed: Action = "keep"
    """To somebody who is asked. A test of pictures not trained on and each picture once are plain to want;
    whether a picture is wrong is for a person to say."""
    about_splits: bool = False
    """Whether it is no longer true of the same pictures with other splits."""


_KNOWN_ALREADY = Text(
    en="What a model was trained on it knows already, so the test would be too easy. Moved to training, they are"
    " no longer tested on.",
    ko="학습한 사진은 모델이 이미 아는 문제라서 시험이 너무 쉬워집니다. 학습으로 옮기면 시험에는 처음 보는 사진만"
    " 남습니다.",
)

FINDINGS: dict[str, Kind] = {
    "levels": Kind(
        Text(
            en="Pictures of more than 8 bits that use only the levels {low} to {high} and so would come out {looks}: {n}.",
            ko="8비트가 넘지만 {low}~{high} 범위의 값만 써서 {looks} 저장될 사진: {n}장.",
        ),
        Text(
            en="In 8 bits hardly anything of them would be left to learn from. Stretched, these levels run from black"
            " to white, in all of these pictures alike, so that they stay comparable.",
            ko="8비트로 줄이면 배울 내용이 거의 남지 않습니다. 늘리면 이 범위가 검정부터 흰색까지 퍼집니다. 모든 사진에 똑같이 적용하므로"
            " 서로 비교할 수 있습니다.",
        ),
        choices=("keep", "stretch"),
        proposed="stretch",
    ),
    "tiny": Kind(
        Text(
            en=f"Tiny pictures, a side under {TINY_SIDE} px: {{n}}.",
            ko=f"한 변이 {TINY_SIDE} px도 안 되는 작은 사진: {{n}}장.",
        ),
        Text(
            en="Enlarged they are a blur, and what noise does to a blur says little. Worth dropping where the others are"
            " larger.",
            ko="키우면 흐릿해서 노이즈의 영향을 보기 어렵습니다. 다른 사진이 더 크다면 빼는 편이 낫습니다.",
        ),
    ),
    "extreme": Kind(
        Text(
            en=f"Pictures more than {EXTREME} times as long as wide: {{n}}.",
            ko=f"가로세로 비가 {EXTREME}배를 넘는 사진: {{n}}장.",
        ),
        Text(
            en="Made square, little of them may be left. Look at them, and drop those that no longer show what their"
            " class says.",
            ko="정사각형으로 만들면 내용이 거의 남지 않을 수 있습니다. 살펴보고, 클래스에 맞는 것이 더는 보이지 않으면 빼세요.",
        ),
    ),
    "ending": Kind(
        Text(
            en="Files whose name says another kind than they are; read all the same: {n}.",
            ko="확장자와 실제 형식이 다른 파일(읽기는 했습니다): {n}개.",
        ),
        Text(
            en="The pictures are fine; somebody renamed them instead of converting them. Keep them, unless only one"
            " class has such files.",
            ko="사진 자체는 괜찮고, 변환하지 않고 이름만 바꾼 파일입니다. 한 클래스에만 몰려 있지 않다면 그대로 두세요.",
        ),
    ),
    "frames": Kind(
        Text(
            en="Animated or multi-page files, of which the first picture is used: {n}.",
            ko="움직이거나 여러 쪽인 파일(첫 장만 씁니다): {n}개.",
        ),
        Text(
            en="A first picture is often a title or still empty. Drop those where it does not show what the class"
            " says.",
            ko="첫 장은 제목이나 빈 화면일 때가 많습니다. 클래스에 맞는 것이 보이지 않으면 빼세요.",
        ),
    ),
    "faceless": Kind(
        Text(
            en="Pictures in which no face was found, kept whole: {n}.",
            ko="얼굴을 찾지 못해 통째로 둔 사진: {n}장.",
        ),
        Text(
            en="They look unlike the cut-out faces beside them. If one class has more of them, a model can learn that"
            " instead; then drop them.",
            ko="잘라 낸 얼굴과 모습이 다릅니다. 한 클래스에 몰려 있으면 모델이 그 차이를 배울 수 있으니 빼세요.",
        ),
    ),
    "crowd": Kind(
        Text(
            en="Pictures with several faces, of which one was cut out: {n}.",
            ko="얼굴이 여럿이라 그중 하나를 잘라 낸 사진: {n}장.",
        ),
        Text(
            en="It may be the wrong one, and so have the wrong label. Look at them, and drop them if that is so.",
            ko="다른 사람의 얼굴이라 라벨이 틀릴 수 있습니다. 살펴보고, 그렇다면 빼세요.",
        ),
    ),
    "conflict": Kind(
        Text(
            en="Pictures that are there under two labels: {n} ({all} in all).",
            ko="같은 사진이 두 가지 라벨로 들어 있는 경우: {n}건(사진 {all}장).",
        ),
        Text(
            en="If it is one picture, a label is wrong, and a model cannot learn from both: put it right in your files"
            " and import again, or drop both here. If they only look alike, as an original and its forgery do, keep them.",
            ko="같은 사진이라면 둘 중 하나는 틀린 라벨이고, 모델은 둘 다 배울 수 없습니다. 파일에서 바로잡아 다시 가져오거나 여기서"
            " 둘 다 빼세요. 원본과 위조본처럼 비슷하기만 한 사진이라면 그대로 두세요.",
        ),
    ),
    "leak": Kind(
        Text(
            en="Pictures that are there in two splits, so that the test has been seen: {n} ({all} in all).",
            ko="같은 사진이 두 분할에 들어 있어 시험 사진을 미리 보게 되는 경우: {n}건(사진 {all}장).",
        ),
        _KNOWN_ALREADY,
        choices=("keep", "move", "drop"),
        proposed="move",
        about_splits=True,
    ),
    "torn": Kind(
        Text(
            en="Groups of the CSV with pictures in two splits, so that the test has been seen: {n}.",
            ko="CSV의 한 그룹이 두 분할에 나뉘어 있어 시험 사진을 미리 보게 되는 경우: {n}개.",
        ),
        _KNOWN_ALREADY,
        choices=("keep", "move", "drop"),
        proposed="move",
        about_splits=True,
    ),
    "exact": Kind(
        Text(en="Exact copies of another picture: {n}.", ko="다른 사진과 완전히 같은 사진: {n}장."),
        Text(
            en="A picture that is there twice counts twice, in training and in every accuracy. Dropped, one of each"
            " stays.",
            ko="두 번 들어 있으면 학습에서도 정확도에서도 두 번 셉니다. 빼면 하나씩만 남습니다.",
        ),
        proposed="drop",
    ),
    "near": Kind(
        Text(en="Near-duplicates of another picture: {n}.", ko="다른 사진과 거의 같은 사진: {n}장."),
        Text(
            en="Often one photo saved twice, or one scene. They stay in one split, so the test stays fair; drop them"
            " if each scene should count once.",
            ko="한 사진을 두 번 저장했거나 같은 장면일 때가 많습니다. 한 분할에 함께 두므로 시험은 공정합니다. 장면마다 한 번만"
            " 세려면 빼세요.",
        ),
    ),
    "untested": Kind(
        Text(
            en="Classes of which no picture is given to test on: {names}.",
            ko="시험 사진이 하나도 없는 클래스: {names}.",
        ),
        Text(
            en="How well a model knows them will not be measured, and pictures of other classes that it takes for them"
            " count as mistakes all the same. Add test pictures, or drop these classes.",
            ko="모델이 이 클래스를 얼마나 아는지 잴 수 없고, 다른 클래스를 이 클래스로 잘못 본 것만 오답으로 남습니다. 시험 사진을"
            " 더하거나 이 클래스를 빼세요.",
        ),
        about_splits=True,
    ),
    "few": Kind(
        Text(
            en=f"Classes with fewer than {FEW} pictures: {{names}}.",
            ko=f"사진이 {FEW}장이 안 되는 클래스: {{names}}.",
        ),
        Text(
            en="A model learns little from so few, and an accuracy on two or three test pictures says little. Add"
            " pictures, or drop these classes.",
            ko="이렇게 적으면 배울 것도 적고, 시험 사진 두세 장으로 잰 정확도는 믿기 어렵습니다. 사진을 더하거나 이 클래스를"
            " 빼세요.",
        ),
    ),
    "imbalance": Kind(
        Text(
            en="The largest class, {large}, has {times} times the pictures of the smallest, {small}.",
            ko="가장 큰 클래스 {large:은/는} 가장 작은 {small}보다 사진이 {times}배 많습니다.",
        ),
        Text(
            en="A model can look good by mostly guessing the large class. Add pictures of the small one, or read the"
            " results class by class.",
            ko="큰 클래스로만 찍어도 정확도가 높아 보입니다. 작은 클래스의 사진을 더하거나, 결과를 클래스별로 보세요.",
        ),
        choices=(),
    ),
    "alike": Kind(
        Text(
            en="Classes whose names look alike: {names}.",
            ko="이름이 비슷해 보이는 클래스: {names}.",
        ),
        Text(
            en="They are kept apart, and a model has to tell them apart. If they are one class, give their folders or"
            " labels one name and import again.",
            ko="서로 다른 클래스로 두었으므로 모델도 둘을 구별해야 합니다. 같은 클래스라면 폴더나 라벨의 이름을 하나로 맞춰 다시"
            " 가져와 주세요.",
        ),
        choices=(),
    ),
    "spelt": Kind(
        Text(
            en="Folders whose names look the same and are stored in different letters, read as one class: {names}.",
            ko="이름은 같아 보이지만 저장된 글자가 달라서 한 클래스로 읽은 폴더: {names}.",
        ),
        Text(
            en="macOS stores some letters in two parts. If these are two classes, rename one and import again.",
            ko="macOS는 한글 등을 낱글자로 나누어 저장합니다. 서로 다른 클래스라면 하나의 이름을 바꿔 다시 가져와 주세요.",
        ),
        choices=(),
    ),
}
"""By their keys, in the order in which they are proposed."""


@dataclass(frozen=True)
class Finding:
    """Something that the person may want to mend."""

    kind: str
    """A key of FINDINGS."""
    said: Text
    groups: list[list[int]]
    """Rows of the staged import: copies of each other, of one file or group, or one alone in its group."""

    @property
    def choices(self) -> tuple[Action, ...]:
        return FINDINGS[self.kind].choices

    @property
    def why(self) -> Text:
        return FINDINGS[self.kind].why


def in_words(
    staged: Staged, kind: str, groups: Sequence[Sequence[int]], given: NDArray[np.uint8] | None
) -> Text:
    """What was found, with how many.

    Args:
        kind: of those whose words hold numbers alone, so not about classes.
        given: as `spare`.
    """
    if kind in ("exact", "near"):
        n = sum(len(spare(staged, kind, group, given)) for group in groups)  # one is the picture itself
    elif kind in ("conflict", "leak", "torn", "ending", "frames"):
        n = len(groups)  # pictures, groups or files, and not what there is of each
    else:
        n = sum(map(len, groups))
    low, high = staged.window or (0, 0)
    return fill_text(
        FINDINGS[kind].said,
        n=f"{n:,}",
        all=f"{sum(map(len, groups)):,}",
        low=shown(low),
        high=shown(high),
        looks=looks(staged.facts[staged.stretched]),
    )


def stands(staged: Staged, kind: str, group: Sequence[int], given: NDArray[np.uint8] | None) -> bool:
    """Whether it is so of what is left of a group.

    Args:
        given: as `spare`.
    """
    if kind == "conflict":
        return len({int(staged.labels[row]) for row in group}) > 1
    if kind in ("leak", "torn"):
        return given is not None and len({int(given[row]) for row in group}) > 1
    if kind in ("exact", "near"):
        return bool(group) and bool(spare(staged, kind, group, given))
    return bool(group)


def spare(staged: Staged, kind: str, group: Sequence[int], given: NDArray[np.uint8] | None) -> Sequence[int]:
    """The rows of a group that go when it is to be dropped.

    Args:
        given: N, the split of each as given or moved; None where there are none.
    """
    if kind in ("leak", "torn") and given is not None:
        # The test stays what it was: what is also in a later split leaves the earlier one.
        last = max(int(given[row]) for row in group)
        return [row for row in group if int(given[row]) != last]
    if kind in ("exact", "near"):
        first = group[0] if given is None else max(group, key=lambda row: (int(given[row]), -row))
        return [row for row in group if staged.group_of(row) != staged.group_of(first)]
    return group
