"""A file that should become a picture, and the sentences for those that do not."""

from dataclasses import dataclass

from core.data.intake.listing import Entry
from core.words import Text

NO_PICTURE = Text(
    en="its name does not end like a picture's or a video's",
    ko="이름이 사진이나 동영상 파일의 확장자로 끝나지 않습니다",
)
NO_CLASS = Text(en="it lies in no class folder", ko="클래스 폴더 안에 있지 않습니다")
BESIDE = Text(
    en="its folder lies beside those of training and test, and is neither",
    ko="학습·시험 폴더 옆에 있지만 그중 어느 것도 아닌 폴더에 있습니다",
)
NOT_NAMED = Text(en="the CSV does not name it", ko="CSV에 이 파일이 없습니다")
NOT_THERE = Text(
    en="the CSV names it, but there is no such picture", ko="CSV에는 있지만 그런 사진이 없습니다"
)
SEVERAL = Text(
    en="the CSV names it, but several pictures are called so: write their folders, too",
    ko="CSV에는 있지만 그런 이름의 사진이 여럿입니다. 폴더까지 적어 주세요",
)
NO_LABEL = Text(en="the CSV gives it no usable label", ko="CSV에 쓸 수 있는 라벨이 없습니다")
TWO_LABELS = Text(
    en="the CSV gives it two labels, splits or groups",
    ko="CSV에 라벨, 분할 또는 그룹이 두 가지로 적혀 있습니다",
)
NO_SPLIT = Text(
    en="the CSV gives it no split out of train, validation and test",
    ko="CSV에 train, validation, test 중 하나의 분할이 적혀 있지 않습니다",
)


@dataclass(frozen=True)
class Candidate:
    """A file that should be a picture, or a video."""

    entry: Entry
    name: str
    """Its class."""
    split: int | None
    """Where it was given: TRAIN, VALIDATION or TEST."""
    group: str | None = None
    """Pictures of one group stay in one split; None: it has none."""

    @property
    def name_of_file(self) -> str:
        return self.entry.parts[-1]
