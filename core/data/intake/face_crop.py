"""The face cut out of a picture before it becomes small: where faces are, which one is meant, how much around it."""

from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple, get_args

from core.errors import NoFace, NotAChoice, OutOfRange, SeveralFaces
from core.noise.shared.face import Box, look
from core.pixels import Image
from core.words import Text, fill_text, listing

Missing = Literal["skip", "whole"]
"""What becomes of a picture without a face: it is left out, or kept whole."""
Several = Literal["largest", "central", "skip"]
"""Which of several faces is meant, or that the picture is left out."""
MISSING: tuple[Missing, ...] = get_args(Missing)
SEVERAL: tuple[Several, ...] = get_args(Several)
LARGEST_MARGIN = 2.0
FACE_SIDE = 128
"""What faces are brought to where no size is chosen, px."""

LOOKS = ((320, -0.2), (960, 0.0), (1920, 0.0))
"""Longer side, px, of the reduced picture in which faces are looked for, one after the other until some are found;
and the least score of a face: what is none passes for one the more often, the larger the picture is. The first look is
fast, the last finds small faces in large photos."""
_MOST_ENLARGED = 1.9
"""A look would enlarge the picture more than this and is left out: it shows nothing that the one before did not."""


class Cut(NamedTuple):
    """What came of one picture."""

    image: Image
    """RGB uint8 H,W,3: square where it shows a face, the whole picture where none was found."""
    faces: int
    """How many were found."""


@dataclass(frozen=True)
class FaceCrop:
    """How faces are cut out."""

    margin: float = 0.3
    """Of the face's side, added on each of the four sides; 0 to LARGEST_MARGIN."""
    missing: Missing = "skip"
    several: Several = "largest"

    def checked(self) -> "FaceCrop":
        """Itself.

        Raises:
            OutOfRange, NotAChoice.
        """
        if not 0 <= self.margin <= LARGEST_MARGIN:
            what = Text(en="The margin around a face", ko="얼굴 둘레의 여백")
            raise OutOfRange(what=what, lowest=0, highest=LARGEST_MARGIN, value=self.margin)
        for value, choices, what in (
            (self.missing, MISSING, Text(en="Without a face", ko="얼굴이 없을 때")),
            (self.several, SEVERAL, Text(en="With several faces", ko="얼굴이 여럿일 때")),
        ):
            if value not in choices:
                raise NotAChoice(what=what, choices=listing(choices), value=value)
        return self

    def stored(self) -> dict[str, Any]:
        """For a job's payload."""
        return asdict(self)

    @classmethod
    def restored(cls, stored: dict[str, Any] | None) -> "FaceCrop | None":
        """From a job's payload; None stays None."""
        return None if stored is None else cls(**stored)

    def cut(self, image: Image, name: str) -> Cut:
        """The face in a picture (RGB uint8 H,W,3) with its margin, at the picture's own resolution.

        Args:
            name: what the user calls the picture, for errors.

        Raises:
            NoFace, SeveralFaces: it is to be left out.
        """
        boxes = find_faces(image)
        return Cut(self.cut_found(image, boxes, name), len(boxes))

    def cut_found(self, image: Image, boxes: list[Box], name: str) -> Image:
        """As `cut`, where the faces are known.

        Raises:
            NoFace, SeveralFaces.
        """
        if not boxes:
            if self.missing == "skip":
                raise NoFace(name=name)
            return image
        if len(boxes) > 1 and self.several == "skip":
            raise SeveralFaces(name=name, n=len(boxes))
        height, width = image.shape[:2]
        left, top, side = around(self._meant(boxes, width, height), self.margin, width, height)
        return image[top : top + side, left : left + side]

    def _meant(self, boxes: list[Box], width: int, height: int) -> Box:
        if self.several != "central":
            return boxes[0]

        def far(box: Box) -> float:
            return (box.x + box.side / 2 - width / 2) ** 2 + (box.y + box.side / 2 - height / 2) ** 2

        return min(boxes, key=far)


def around(box: Box, margin: float, width: int, height: int) -> tuple[int, int, int]:
    """Left, top and side, px, of the square about `box` with its margin in a picture of `width` x `height` px.

    At a border it moves inwards, and where the picture is too small for it, it becomes as large as that allows:
    it is never stretched and shows nothing but the picture.
    """
    side = min(max(1, round(box.side * (1 + 2 * margin))), width, height)
    left = round(box.x + box.side / 2 - side / 2)
    top = round(box.y + box.side / 2 - side / 2)
    return min(max(left, 0), width - side), min(max(top, 0), height - side), side


def find_faces(image: Image) -> list[Box]:
    """The faces in a picture (RGB uint8 H,W,3), largest first, each from the brows to the chin and inside the picture.

    Faces that only show where a picture is looked at more closely are bystanders: they do not count beside a larger one.
    """
    longer = max(image.shape[:2])
    for side, score in LOOKS:
        if side > LOOKS[0][0] and side > _MOST_ENLARGED * longer:
            break
        boxes = look(image, side / longer, score)
        if boxes:
            return sorted(boxes, key=lambda box: (-box.side, box.y, box.x))
    return []


def told(choice: FaceCrop, cut: int, skipped: list[str], crowds: list[str]) -> list[Text]:
    """What came of all pictures, for the report and the data set's card; the check says what was kept in doubt.

    Args:
        cut: how many faces were cut out.
        skipped, crowds: pictures left out because they show no face, or several; by name.
    """
    text = Text(
        en="Faces cut out of {n} pictures, with a margin of {margin} % of the face on each side.",
        ko="사진 {n}장에서 얼굴을 잘라 냈습니다(얼굴 크기의 {margin}%를 사방에 여백으로 둠).",
    )
    said = [fill_text(text, n=f"{cut:,}", margin=f"{100 * choice.margin:g}")]
    no_face = Text(
        en="Left out, for no face was found: {n} ({names}).",
        ko="얼굴을 찾지 못해 제외한 사진: {n}장({names}).",
    )
    several = Text(
        en="Left out, for they show several faces: {n} ({names}).",
        ko="얼굴이 여럿이라 제외한 사진: {n}장({names}).",
    )
    for names, line in ((skipped, no_face), (crowds, several)):
        if names:
            said.append(fill_text(line, n=f"{len(names):,}", names=listing(names, 3)))
    return said
