"""Work in the background: how it ends, and what cannot be done with it."""

from core.errors.base import NoiseLensError, UserMistake
from core.words import Text


class WorkFailed(NoiseLensError):
    """Work that was started and could not be finished."""

    text = Text(
        en="The work stopped with an error: {detail}. The log has the details; try again.",
        ko="작업이 오류로 멈췄습니다: {detail}. 자세한 내용은 로그에 있습니다. 다시 시도해 보세요.",
    )


class AskedOtherwise(NoiseLensError):
    """A job says what it is to do in a way that only another version knows."""

    text = Text(
        en="This version of NoiseLens does not understand what the work was asked to do ({said}): another version "
        "has written it. Start it anew from its page, or let that version do it.",
        ko="이 버전의 NoiseLens는 이 작업의 설정({said})을 이해하지 못합니다. 다른 버전에서 쓴 것이므로 해당 페이지에서 새로 "
        "시작하거나 그 버전으로 실행해 주세요.",
    )


class WorkerDied(NoiseLensError):
    """The process that did the work ended without saying why; `then`: what to do."""

    text = Text(
        en="The work ended unexpectedly: {how}. {then}",
        ko="작업이 갑자기 끝났습니다: {how}. {then}",
    )


class WorkerKilled(WorkerDied):
    """It was killed, as the system does where the computer's memory runs out."""


class Interrupted(NoiseLensError):
    """The process that did the work had gone before anybody looked; `then`: what to do."""

    text = Text(
        en="The work was interrupted: its process is no longer there. {then}",
        ko="작업이 중단되었습니다: 작업하던 프로세스가 남아 있지 않습니다. {then}",
    )


class NotHeard(Interrupted):
    """Work on another machine, or by an executor that is not known here, of which nothing was heard."""

    text = Text(
        en="The work was interrupted: nothing has been heard for {minutes} minutes from the computer that did it. "
        "{then}",
        ko="작업이 중단되었습니다: 작업하던 컴퓨터에서 {minutes}분 동안 소식이 없습니다. {then}",
    )


class Cancelled(NoiseLensError):
    """The user cancelled the work."""

    text = Text(en="Cancelled.", ko="취소했습니다.")


class Paused(NoiseLensError):
    """The user paused the work."""

    text = Text(
        en="Paused. It goes on with: python -m core jobs resume {id}",
        ko="일시 정지했습니다. 이어서 하려면: python -m core jobs resume {id}",
    )

    def __init__(self, id: str = "ID") -> None:
        super().__init__(id=id)


class StoppedToPause(NoiseLensError):
    """Work that did not stop by itself when it was to pause."""

    text = Text(
        en="The work did not stop within {seconds} s, so its process was ended. Resuming it goes on from what was saved"
        " last.",
        ko="작업이 {seconds}초 안에 멈추지 않아 프로세스를 끝냈습니다. 이어서 하면 마지막으로 저장된 데서 계속합니다.",
    )


class JobEnded(UserMistake):
    """A job that can no longer be cancelled."""

    text = Text(
        en="The job {id} has already ended: there is nothing left to cancel.",
        ko="작업 {id:은/는} 이미 끝나서 취소할 것이 없습니다.",
    )


class NothingToPause(UserMistake):
    """A job that has ended."""

    text = Text(
        en="The job {id} has already ended: there is nothing left to pause.",
        ko="작업 {id:은/는} 이미 끝나서 일시 정지할 것이 없습니다.",
    )


class CannotPause(UserMistake):
    """Work under way of a kind that cannot go on from its middle."""

    text = Text(
        en='"{title}" cannot be paused while it runs: it could not go on from its middle. Let it run, or cancel it.',
        ko='"{title}" 작업은 실행 중에 일시 정지할 수 없습니다. 도중부터 이어서 할 수 없는 작업이니 기다리거나 취소해 주세요.',
    )


class CannotEndEarly(UserMistake):
    """Work under way of a kind that has no good end before its end."""

    text = Text(
        en='"{title}" knows no epochs after which it could end. Cancel it at once, or let it run.',
        ko='"{title}" 작업에는 도중에 끝낼 에폭이 없습니다. 바로 취소하거나 기다려 주세요.',
    )


class NothingToResume(UserMistake):
    """A job that is queued, runs, or has succeeded."""

    text = Text(
        en="The job {id} {how}: there is nothing to resume.",
        ko="작업 {id:은/는} {how} 이어서 할 것이 없습니다.",
    )


class CannotResume(UserMistake):
    """A job that has ended early, and of a kind that cannot go on from its middle."""

    text = Text(
        en='"{title}" cannot go on from where it stopped: work of this kind only begins anew. Start it again from its'
        " page or with its command.",
        ko='"{title}" 작업은 멈춘 데서 이어서 할 수 없는 종류입니다. 해당 페이지나 명령으로 다시 시작해 주세요.',
    )


class NothingToGoOnWith(UserMistake):
    """A job whose matter is gone."""

    text = Text(
        en='"{title}" cannot go on: what it works on, or its data set, has been deleted. Start new work instead.',
        ko='"{title}" 작업은 이어서 할 수 없습니다. 다루던 대상이나 데이터 세트가 삭제되었으니 새로 시작해 주세요.',
    )


class WouldFailAgain(UserMistake):
    """A job that would end as it did."""

    text = Text(
        en='"{title}" would fall apart again in the same way. Train it anew with a lower learning rate.',
        ko='"{title}" 작업은 같은 식으로 다시 무너집니다. 학습률을 낮춰 새로 학습해 주세요.',
    )


class TheSameIsQueued(UserMistake):
    """A job of which one at a time may be there."""

    text = Text(
        en='"{title}" cannot be resumed: the same work has been started anew meanwhile. Cancel one of the two.',
        ko='"{title}" 작업은 그사이 같은 작업을 새로 시작해서 이어서 할 수 없습니다. 둘 중 하나를 취소해 주세요.',
    )
