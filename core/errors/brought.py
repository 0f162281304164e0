"""Models and predictions that were made elsewhere."""

from typing import Any

from core.errors.base import NoiseLensError, UserMistake
from core.words import Text


class NoWeights(UserMistake):
    """A file or folder that is brought in as a model, in which there are no weights."""

    text = Text(
        en='In "{name}" there are no weights of a network. A state dict (.pth, .pt), safetensors, ONNX, or a Hugging Face '
        "folder with config.json and model.safetensors can be brought in.",
        ko='"{name}"에는 신경망의 가중치가 없습니다. state dict(.pth, .pt), safetensors, ONNX 파일, 또는 config.json과 '
        "model.safetensors가 든 Hugging Face 폴더를 가져올 수 있습니다.",
    )


class SeveralModels(UserMistake):
    """Several files at once that are not of one model."""

    text = Text(
        en="These are {n} files of weights: bring one model at a time. The files of a Hugging Face folder come together, "
        "config.json among them.",
        ko="가중치 파일이 {n}개입니다. 모델을 한 번에 하나씩 가져와 주세요. Hugging Face 폴더라면 config.json까지 함께 올려 주세요.",
    )


class DamagedWeights(UserMistake):
    """Weights that cannot be read."""

    text = Text(
        en='"{name}" cannot be read as weights: it is damaged or cut short. Save or copy it anew.',
        ko='"{name}"{name:-을/를} 가중치로 읽을 수 없습니다. 파일이 손상되었거나 잘렸습니다. 다시 저장하거나 복사해 주세요.',
    )


class WeightsTooLarge(UserMistake):
    """Weights that take more than is taken in."""

    text = Text(
        en='"{name}" holds more than {limit} GB of weights, which is more than can be taken in.',
        ko='"{name}"의 가중치가 {limit} GB를 넘어 가져올 수 없습니다.',
    )


class SavedOtherwise(UserMistake):
    """Weights in a form that runs code when it is opened; `lines` save them properly."""

    lines: str

    def __init__(self, lines: str, **values: Any) -> None:
        self.lines = lines
        super().__init__(lines=lines, **values)


class WholeModule(SavedOtherwise):
    """A pickle of a whole network."""

    text = Text(
        en='"{name}" is a whole network as a pickle (it names {what}): opening it would run whatever code is in it, so it is '
        "not opened. Where it was made, save its weights alone:\n{lines}",
        ko='"{name}"{name:-은/는} 신경망 전체를 담은 pickle 파일입니다({what}). 열면 그 안의 코드가 실행되므로 열지 않았습니다. 만든 곳에서 '
        "가중치만 저장해 주세요:\n{lines}",
    )


class OtherThingsInFile(SavedOtherwise):
    """A pickle with tensors beside things that are none."""

    text = Text(
        en='"{name}" holds other things than weights ({what}), which cannot be opened safely. Where it was made, save its '
        "weights alone:\n{lines}",
        ko='"{name}"에 가중치가 아닌 것({what})이 들어 있어 안전하게 열 수 없습니다. 만든 곳에서 가중치만 저장해 주세요:\n{lines}',
    )


class CodeInFile(SavedOtherwise):
    """A TorchScript or torch.export program."""

    text = Text(
        en='"{name}" is a program ({kind}), not weights: opening it could run code, so it is not opened. Where it was made, '
        "save its weights:\n{lines}",
        ko='"{name}"{name:-은/는} 가중치가 아니라 프로그램({kind})입니다. 열면 코드가 실행될 수 있어 열지 않았습니다. 만든 곳에서 가중치를 저장해 '
        "주세요:\n{lines}",
    )


class ExternalData(SavedOtherwise):
    """An ONNX graph whose weights are in other files."""

    text = Text(
        en='"{name}" keeps its weights in other files, and such a graph could read any file of this computer, so it is not '
        "opened. Where it was made, put all of it into one file:\n{lines}",
        ko='"{name}"{name:-은/는} 가중치를 다른 파일에 두고 있습니다. 그런 그래프는 이 컴퓨터의 아무 파일이나 읽을 수 있어 열지 않았습니다. '
        "만든 곳에서 한 파일로 저장해 주세요:\n{lines}",
    )


class GraphRefused(UserMistake):
    """An ONNX graph that is no classifier of pictures that can be run here."""

    text = Text(
        en='"{name}" cannot be brought in: {why}.',
        ko='"{name}"{name:-을/를} 가져올 수 없습니다: {why}.',
    )


class NoLayersToTrain(UserMistake):
    """Training that is to start from a graph or from predictions."""

    text = Text(
        en='"{name}" cannot be trained on: it was brought in as a graph, whose weights cannot learn. Bring in its weights (.pth, '
        "safetensors) instead.",
        ko='"{name}"에서 이어서 학습할 수 없습니다. 학습할 수 있는 가중치 없이 가져온 것입니다. 가중치(.pth, safetensors)를 가져와 '
        "주세요.",
    )


class TrainedElsewhere(UserMistake):
    """The recipe of a run that was brought in."""

    text = Text(
        en='The run "{name}" was trained elsewhere: how is not known, so it has no recipe to clone and no training to go on with.',
        ko='"{name}"{name:-은/는} 다른 곳에서 학습해 어떻게 학습했는지 알 수 없습니다. 그래서 복제할 레시피도 이어 갈 학습도 없습니다.',
    )


class NoSuchWay(UserMistake):
    """A correction of how a model that was brought in is shown pictures, to what it was not asked with."""

    text = Text(
        en='"{name}" was not asked with pictures shown so. Choose one of the rows of its handshake.',
        ko='"{name}"{name:은/는} 그런 방식으로 시험해 보지 않았습니다. 시험한 방식 가운데 하나를 골라 주세요.',
    )


class TransformersNames(UserMistake):
    """A Hugging Face folder of a network whose tensors are named as no network here names them."""

    text = Text(
        en='"{name}" is a {kind} of transformers, whose tensors cannot be matched here. ViTForImageClassification, '
        "ResNetForImageClassification, ConvNextForImageClassification and all of timm's can be; or bring it as ONNX.",
        ko='"{name}"{name:-은/는} transformers의 {kind}이며, 그 텐서 이름은 여기서 맞춰 볼 수 없습니다. ViTForImageClassification, '
        "ResNetForImageClassification, ConvNextForImageClassification과 timm의 모델은 가져올 수 있습니다. 아니면 ONNX로 가져와 주세요.",
    )


class NoModelFits(UserMistake):
    """Weights of a network that is not known."""

    text = Text(
        en="No model that is known here has these weights. Nearest is {model}: {fitted} of its {of} tensors fit; the file lacks "
        "{missing}. Name the model that it is, or save its weights by the names that the model gives them.",
        ko="이 가중치에 맞는 모델이 없습니다. 가장 가까운 것은 {model:으로/로}, 텐서 {of}개 가운데 {fitted}개가 맞고 파일에는 {missing} 등이 "
        "없습니다. 어떤 모델인지 직접 지정하거나, 모델이 쓰는 이름대로 가중치를 저장해 주세요.",
    )


class ClassesDiffer(UserMistake):
    """A model or predictions of other classes than the data set's."""

    text = Text(
        en="It tells these apart: {its}; the data set has {own}. Choose the data set that it was made for, or say its classes in "
        "the order of its answers.",
        ko="이 모델이 구분하는 클래스는 {its}인데 데이터 세트에는 {own:이/가} 있습니다. 그 모델에 맞는 데이터 세트를 고르거나, 모델이 답하는 "
        "순서대로 클래스를 적어 주세요.",
    )


class NotOfImageNet(UserMistake):
    """A data set whose classes ImageNet's are to be asked for, and which has others."""

    text = Text(
        en='Of the classes of the data set "{name}" these are none of ImageNet\'s: {classes}. Call its folders as ImageNet calls '
        'its classes ("tabby", "sports car") or by their wnid ("n02123045").',
        ko='데이터 세트 "{name}"의 클래스 가운데 ImageNet에 없는 것이 있습니다: {classes}. 폴더 이름을 ImageNet의 클래스 이름("tabby", '
        '"sports car")이나 wnid("n02123045")로 바꿔 주세요.',
    )


class NoPack(UserMistake):
    """What is no pack of a challenge."""

    text = Text(
        en='"{name}" is no pack that "challenge" has written, or it is damaged. Give the ZIP as it was written.',
        ko='"{name}"{name:-은/는} "challenge"로 만든 꾸러미가 아니거나 손상되었습니다. 만들어진 ZIP을 그대로 지정해 주세요.',
    )


class PackOfMissingData(UserMistake):
    """A pack whose data set is not in this workspace."""

    text = Text(
        en='The pack was made of the data set "{name}", which is not here: without it nobody knows which answers are right. '
        "Bring the answers in where the pack was made, or import that data set.",
        ko='이 꾸러미를 만든 데이터 세트 "{name}"{name:-이/가} 여기 없어 어느 답이 맞는지 알 수 없습니다. 꾸러미를 만든 곳에서 답을 '
        "가져오거나 그 데이터 세트를 가져와 주세요.",
    )


class PackOfChangedData(UserMistake):
    """A pack whose data set has other pictures or splits by now."""

    text = Text(
        en='The data set "{name}" has other pictures, classes or splits than when the pack was made, so its answers do not belong '
        "to it. Make a new pack of it.",
        ko='데이터 세트 "{name}"의 사진이나 클래스, 분할이 꾸러미를 만든 뒤 달라져 이 답과 맞지 않습니다. 꾸러미를 새로 만들어 '
        "주세요.",
    )


class PredictionsDoNotFit(UserMistake):
    """A table of answers that does not fit its pack."""

    text = Text(
        en='"{name}" cannot be taken: {why}. Nothing of it was taken; mend the table and bring it once more.',
        ko='"{name}"{name:-을/를} 받을 수 없습니다: {why}. 아무것도 받지 않았으니 표를 고쳐 다시 가져와 주세요.',
    )


class PredictionsOnly(UserMistake):
    """What only a network can do, asked of predictions that were made elsewhere."""

    text = Text(
        en='The run "{name}" is predictions that were made elsewhere: there is no network here that could be asked, so it gives '
        "no maps, no answers to other pictures and no files for elsewhere. Its results are in Results.",
        ko='"{name}"{name:-은/는} 다른 곳에서 만든 예측이라 여기에는 물어볼 모델이 없습니다. 그래서 히트맵도, 다른 사진의 답도, 내보낼 '
        "파일도 없습니다. 결과는 결과 화면에 있습니다.",
    )


class NothingToAsk(UserMistake):
    """A folder without pictures that a run is to answer."""

    text = Text(
        en='There is no picture in "{name}" or in the folders below it. Name a folder with JPEG, PNG or other picture files.',
        ko='"{name}"{name:-과/와} 그 아래 폴더에 사진이 없습니다. JPEG나 PNG 같은 사진 파일이 든 폴더를 지정해 주세요.',
    )


class PlaceTaken(UserMistake):
    """A place for many files at which something is."""

    text = Text(
        en='"{name}" is there already and is not an empty folder; nothing in it is overwritten. Choose a new or an empty folder '
        "for the maps.",
        ko='"{name}"{name:-은/는} 이미 있고 빈 폴더가 아닙니다. 안에 있는 것을 덮어쓰지 않으니, 히트맵을 둘 새 폴더나 빈 폴더를 골라 '
        "주세요.",
    )


class WithoutMaps(UserMistake):
    """Maps asked of a model that gives none."""

    text = Text(
        en='The run "{name}" has no maps of where it looks: it was brought in as a graph, of which only the answers are known. For '
        "maps bring in its weights (.pth, safetensors).",
        ko='"{name}"{name:-은/는} 그래프로 가져온 모델이라 답만 알 수 있고, 어디를 보았는지 보여 주는 히트맵은 없습니다. 히트맵을 '
        "보려면 가중치(.pth, safetensors)를 가져와 주세요.",
    )


class FlatMap(UserMistake):
    """A map of a layer that tells no place of a picture from another."""

    text = Text(
        en="The map is the same everywhere: the layer “{layer}”, which it is made of, tells no place of this picture from another.",
        ko="지도가 어디나 똑같습니다. 지도를 만드는 층 ‘{layer}’{layer:-이/가} 이 사진의 자리들을 구별하지 않습니다.",
    )


class GraphAlone(UserMistake):
    """Weights asked of a model that was brought in as a graph."""

    text = Text(
        en='The run "{name}" was brought in as an ONNX graph, which cannot be taken apart: use the file that it came from.',
        ko='"{name}"{name:-은/는} ONNX 그래프로 가져온 모델이라 가중치를 따로 꺼낼 수 없습니다. 가져올 때 쓴 파일을 그대로 쓰세요.',
    )


class NotTheSame(NoiseLensError):
    """A graph that was written and does not calculate what its network does."""

    text = Text(
        en="The {name} graph does not answer as the model does, so it was not written. Take it as safetensors.",
        ko="{name} 그래프의 답이 모델과 달라 저장하지 않았습니다. safetensors로 내보내 주세요.",
    )
