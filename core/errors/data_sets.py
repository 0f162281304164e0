"""Data sets, archives and all that comes in from outside."""

from typing import Any

from core.errors.base import NoiseLensError, UserMistake
from core.words import Text


class NoSuchData(UserMistake):
    """A recipe from elsewhere whose data set is not in this workspace."""

    text = Text(
        en='There is no data set here with the pictures of "{name}", which the recipe was made for. Bring it in, or name '
        "another one (--data NAME).",
        ko='이 학습 설정을 만든 "{name}"의 사진이 이 작업 폴더에 없습니다. 데이터 세트를 가져오거나 다른 데이터 세트를 골라 주세요'
        "(--data NAME).",
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
    """What needs packages that not every installation has; `file` names the requirements that list them."""

    text = Text(
        en='"{name}" needs packages that are not installed here: {packages}. Run "pip install -r {file}"'
        " in the environment that NoiseLens is installed in, then try again.",
        ko='"{name}"에 필요한 패키지가 설치되어 있지 않습니다: {packages}. NoiseLens를 설치한 환경에서'
        ' "pip install -r {file}"{file:-을/를} 실행한 뒤 다시 시도해 주세요.',
    )

    def __init__(self, file: str = "requirements-hub.txt", **values: Any) -> None:
        super().__init__(file=file, **values)


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
