"""Every error that a user may see: what happened, why, what to do, in both languages.

Pages and the command line catch `NoiseLensError` alone. A class is one kind of trouble; its
`text` is one sentence (or two short ones) whose {fields} are given to the constructor.
`UserMistake` and its children end the command line with 2, all others with 1.
"""

import difflib
from collections.abc import Iterable
from typing import Any, ClassVar

from core.words import Language, Text, fill_text, listing


class NoiseLensError(Exception):
    """Something went wrong that the user should hear about."""

    text: ClassVar[Text]
    exit_code: ClassVar[int] = 1

    def __init__(self, **values: Any) -> None:
        self.values = values
        self.said: Text = fill_text(self.text, **values)
        super().__init__(self.said["en"])

    def say(self, language: Language) -> str:
        """The sentence in `language`."""
        return self.said[language]


class UserMistake(NoiseLensError):
    """Input that cannot be used: the user can mend it."""

    exit_code = 2


class WorkFailed(NoiseLensError):
    """Work that was started and could not be finished."""

    text = Text(
        en="The work stopped with an error: {detail}. The log has the details; try again.",
        ko="작업이 오류로 멈췄습니다: {detail}. 자세한 내용은 로그에 있습니다. 다시 시도해 보세요.",
    )


class Cancelled(NoiseLensError):
    """The user cancelled the work."""

    text = Text(en="Cancelled.", ko="취소했습니다.")


class UnknownName(UserMistake):
    """A key or name that is not in a catalogue."""

    text = Text(
        en='There is no {kind} called "{name}".{hint}',
        ko='"{name}" — 그런 {kind:은/는} 없습니다.{hint}',
    )

    def __init__(self, kind: Text, name: str, known: Iterable[str]) -> None:
        names = sorted(known)
        near = difflib.get_close_matches(name, names, n=3)
        if near:
            hint = Text(en=f" Did you mean {listing(near)}?", ko=f" 혹시 {listing(near)}?")
        elif names:
            hint = Text(
                en=f" There are: {listing(names, 12)}.",
                ko=f" 쓸 수 있는 것: {listing(names, 12)}.",
            )
        else:
            hint = Text(en=" There is none yet.", ko=" 아직 하나도 없습니다.")
        super().__init__(kind=kind, name=name, hint=hint)


class OutOfRange(UserMistake):
    """A number outside what is allowed."""

    text = Text(
        en="{what} must lie between {lowest} and {highest}, but is {value}.",
        ko="{what:은/는} {lowest}에서 {highest} 사이여야 하는데 {value}입니다.",
    )


class NotAChoice(UserMistake):
    """A value that is none of the declared choices."""

    text = Text(
        en='{what} must be one of {choices}, but is "{value}".',
        ko='{what:은/는} {choices} 중 하나여야 하는데 "{value}"입니다.',
    )


class NotUnderstood(UserMistake):
    """Text that does not have the expected form."""

    text = Text(
        en='"{value}" is not understood as {what}; write it as {form}.',
        ko='"{value}" — {what:으로/로} 읽을 수 없습니다. {form}처럼 적어 주세요.',
    )


class NotAPicture(UserMistake):
    """A file that no picture reader understands."""

    text = Text(
        en='"{name}" is not a picture that can be read. Choose a JPEG, PNG, WebP, HEIC, TIFF or BMP file.',
        ko='"{name:은/는}" 읽을 수 있는 사진이 아닙니다. JPEG, PNG, WebP, HEIC, TIFF, BMP 파일을 골라 주세요.',
    )


class TruncatedPicture(UserMistake):
    """A picture file that ends too early."""

    text = Text(
        en='"{name}" ends before the picture does: the file is damaged. Copy or download it again.',
        ko='"{name}" 파일이 중간에 끊겨 있습니다. 다시 복사하거나 내려받아 주세요.',
    )


class TooLarge(UserMistake):
    """A file or picture over a limit."""

    text = Text(
        en='"{name}" is too large: {size}, and the limit is {limit}. Make it smaller first.',
        ko='"{name}" — 너무 큽니다: {size}, 한도는 {limit}입니다. 먼저 크기를 줄여 주세요.',
    )


class NotFound(UserMistake):
    """A path that does not exist."""

    text = Text(
        en='"{name}" was not found. Check the path.',
        ko='"{name}" — 찾을 수 없습니다. 경로를 확인해 주세요.',
    )


class CannotWrite(NoiseLensError):
    """The disk is full or the place is not writable."""

    text = Text(
        en='"{name}" could not be written: {why}. Free some space or choose another place.',
        ko='"{name}" — 저장하지 못했습니다: {why}. 공간을 비우거나 다른 위치를 고르세요.',
    )


class NameTaken(UserMistake):
    """A name that is in use."""

    text = Text(
        en='The name "{name}" is taken. Choose another one.',
        ko='"{name}" — 이미 쓰고 있는 이름입니다. 다른 이름을 골라 주세요.',
    )


class BadName(UserMistake):
    """A name that cannot be used."""

    text = Text(
        en='"{name}" cannot be a name: use 1 to 80 characters without / \\ or control characters.',
        ko='"{name:은/는}" 이름으로 쓸 수 없습니다. / \\ 와 제어 문자를 빼고 1~80자로 적어 주세요.',
    )
