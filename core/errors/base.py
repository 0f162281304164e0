"""What every room may say, and what all errors are."""

import difflib
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from core.words import Language, Text, fill_text, listing, plain


class NoiseLensError(Exception):
    """Something went wrong that the user should hear about."""

    text: ClassVar[Text]
    brief: ClassVar[Text | None] = None
    """The same without what a screen shows only to who asks for it: long paths and addresses."""
    exit_code: ClassVar[int] = 1

    def __init__(self, **values: Any) -> None:
        self.values = values
        self.said: Text = fill_text(self.text, **values)
        self.said_briefly: Text = fill_text(self.brief or self.text, **values)
        super().__init__(self.said["en"])

    def say(self, language: Language) -> str:
        """The sentence in `language`."""
        return self.said[language]


class UserMistake(NoiseLensError):
    """Input that cannot be used: the user can mend it."""

    exit_code = 2


class OutOfMemory(NoiseLensError):
    """The computer's memory ran out."""

    text = Text(
        en="This computer ran out of memory. Close other programs, or choose smaller pictures or fewer of them, or"
        " in training a smaller batch.",
        ko="컴퓨터의 메모리가 부족합니다. 다른 프로그램을 닫거나, 사진 크기나 장수를, 학습이라면 배치 크기도 줄여 보세요.",
    )


class OutOfGpuMemory(NoiseLensError):
    """The graphics card's memory ran out."""

    text = Text(
        en="The graphics card ran out of memory. Close programs that use it, choose a smaller batch or a smaller"
        " model, or use the CPU.",
        ko="그래픽 카드의 메모리가 부족합니다. 그래픽 카드를 쓰는 프로그램을 닫거나, 더 작은 배치나 모델, 또는 CPU를 골라 보세요.",
    )


class DiskFull(NoiseLensError):
    """No space is left where the workspace is."""

    text = Text(
        en='No space is left on the disk of "{name}". Free some space, then try again.',
        ko='"{name}"에 남은 디스크 공간이 없습니다. 공간을 비운 뒤 다시 시도해 주세요.',
    )


class UnknownName(UserMistake):
    """A key or name that is not in a catalogue."""

    text = Text(
        en='There is no {kind} called "{name}".{hint}',
        ko='"{name}"{name:-이라는/라는} {kind:은/는} 없습니다.{hint}',
    )

    def __init__(self, kind: Text, name: str, known: Iterable[str | Text]) -> None:
        """Names given as texts are listed in their own order and each language; plain ones alphabetically."""
        given = list(known)
        plain_names = sorted(one for one in given if isinstance(one, str))
        texts = [*map(plain, plain_names), *(one for one in given if not isinstance(one, str))]
        close = difflib.get_close_matches(name, [one["en"] for one in texts], n=3)
        near = [next(one for one in texts if one["en"] == word) for word in close]
        if near:
            hint = Text(en=f" Did you mean {_listed(near, 'en')}?", ko=f" 혹시 {_listed(near, 'ko')}?")
        elif texts:
            hint = Text(
                en=f" There are: {_listed(texts, 'en')}.",
                ko=f" 쓸 수 있는 것: {_listed(texts, 'ko')}.",
            )
        else:
            hint = Text(en=" There is none yet.", ko=" 아직 하나도 없습니다.")
        super().__init__(kind=kind, name=name, hint=hint)


def _listed(texts: Sequence[Text], language: Language) -> str:
    return listing([one[language] for one in texts], 12)


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


class NotTogether(UserMistake):
    """Two choices that exclude each other."""

    text = Text(
        en="{first} and {second} do not go together: {why}. Change one of them.",
        ko="{first:과/와} {second:은/는} 함께 쓸 수 없습니다: {why}. 둘 중 하나를 바꿔 주세요.",
    )


class NotUnderstood(UserMistake):
    """Text that does not have the expected form."""

    text = Text(
        en='"{value}" is not understood as {what}; write it as {form}.',
        ko='"{value}"{value:-은/는} {what:으로/로} 읽을 수 없습니다. {form}처럼 적어 주세요.',
    )


class NotFound(UserMistake):
    """A path that does not exist."""

    text = Text(
        en='"{name}" was not found. Check the path.',
        ko='"{name}"{name:-을/를} 찾을 수 없습니다. 경로를 확인해 주세요.',
    )


class CannotWrite(NoiseLensError):
    """The disk is full or the place is not writable."""

    text = Text(
        en='"{name}" could not be written: {why}. Free some space or choose another place.',
        ko='"{name}"{name:-을/를} 저장하지 못했습니다: {why}. 공간을 비우거나 다른 위치를 고르세요.',
    )


class NameTaken(UserMistake):
    """A name that is in use."""

    text = Text(
        en='The name "{name}" is taken. Choose another one.',
        ko='"{name}"{name:-은/는} 이미 쓰고 있는 이름입니다. 다른 이름을 골라 주세요.',
    )


class BadName(UserMistake):
    """A name that cannot be used."""

    text = Text(
        en='"{name}" cannot be a name: use 1 to 80 characters without / \\ or control characters, and not dots alone.',
        ko='"{name}"{name:-은/는} 이름으로 쓸 수 없습니다. / \\ 와 제어 문자를 빼고, 점만 쓰지 말고 1~80자로 적어 주세요.',
    )


class NoName(BadName):
    """A name that is blank."""

    text = Text(en="The name is empty. Type one first.", ko="이름이 비어 있습니다. 먼저 이름을 적어 주세요.")
