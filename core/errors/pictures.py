"""Single pictures and videos."""

from core.errors.base import UserMistake
from core.words import Text


class NotAPicture(UserMistake):
    """A file that no picture reader understands."""

    text = Text(
        en='"{name}" is not a picture that can be read. Choose a JPEG, PNG, WebP, HEIC, AVIF, GIF, TIFF or BMP file.',
        ko='"{name}"{name:-은/는} 읽을 수 있는 사진이 아닙니다. JPEG, PNG, WebP, HEIC, AVIF, GIF, TIFF, BMP 파일을 골라 주세요.',
    )


class TruncatedPicture(UserMistake):
    """A picture file that is damaged, most often because it ends too early."""

    text = Text(
        en='The picture in "{name}" cannot be read to its end: the file is damaged. Copy or download it again.',
        ko='"{name}" 속 사진을 끝까지 읽을 수 없습니다. 파일이 손상되었으니 다시 복사하거나 내려받아 주세요.',
    )


class KindNotRead(UserMistake):
    """A sound picture of a kind that no reader here knows."""

    text = Text(
        en='"{name}" is not damaged, but this kind is not read: {kind}. Save it as PNG or JPEG, and use that.',
        ko='"{name}"{name:-은/는} 손상되지 않았지만, 여기서 읽지 않는 종류입니다: {kind}. PNG나 JPEG로 저장해서 써 주세요.',
    )


class TooLarge(UserMistake):
    """A file or picture over a limit."""

    text = Text(
        en='"{name}" is too large: {size}, and the limit is {limit}. Make it smaller first.',
        ko='"{name}"{name:-이/가} 너무 큽니다: {size}, 한도는 {limit}입니다. 먼저 크기를 줄여 주세요.',
    )


class NotAVideo(UserMistake):
    """A file that no video reader understands."""

    text = Text(
        en='"{name}" is not a video that can be read, or is damaged. Choose an MP4, MOV, AVI, MKV or WebM file, or'
        " copy it again.",
        ko='"{name}"{name:-은/는} 읽을 수 있는 동영상이 아니거나 손상되었습니다. MP4, MOV, AVI, MKV, WebM 파일을'
        " 고르거나 다시 복사해 주세요.",
    )


class EmptyVideo(UserMistake):
    """A video without a frame."""

    text = Text(
        en='"{name}" holds not a single frame that can be read: the file is empty or damaged. Copy or download it'
        " again.",
        ko='"{name}"에 읽을 수 있는 프레임이 하나도 없습니다. 비었거나 손상된 파일이니 다시 복사하거나 내려받아'
        " 주세요.",
    )


class CodingNotRead(UserMistake):
    """A video in a coding that no decoder here knows."""

    text = Text(
        en='"{name}" is coded as {coding}, which cannot be read here. Save it as H.264 (MP4) first, as every video program can.',
        ko='"{name}"{name:-은/는} {coding:으로/로} 압축되어 있어 여기서는 읽을 수 없습니다. 동영상 프로그램에서 H.264(MP4)로 저장한 뒤 다시 골라 주세요.',
    )


class NoFace(UserMistake):
    """A picture or video without a face, where faces are cut out."""

    text = Text(
        en='No face was found in "{name}". If it should be kept all the same, have pictures without a face kept'
        " whole.",
        ko='"{name}"에서 얼굴을 찾지 못했습니다. 그래도 쓰려면 얼굴이 없는 사진을 통째로 두게 해 주세요.',
    )


class SeveralFaces(UserMistake):
    """A picture with more than one face, where those are to be left out."""

    text = Text(
        en='"{name}" shows {n} faces. If it should be kept all the same, have one of them chosen.',
        ko='"{name}"에 얼굴이 {n}개 있습니다. 그래도 쓰려면 그중 하나를 고르게 해 주세요.',
    )


class OutsidePicture(UserMistake):
    """A part of a picture that lies beside it."""

    text = Text(
        en="The part {region} (left, top, width, height in px) does not lie in the picture, which is {width} x {height} px.",
        ko="지정한 부분 {region}(왼쪽, 위, 너비, 높이, px)이 {width} x {height} px인 사진 안에 없습니다.",
    )
