"""The commands on pictures: noises, corrupt, explain."""

import argparse
import hashlib
import io
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.cli.options import (
    BadUsage,
    add_command,
    add_noises,
    language,
    note,
    print_json,
    print_table,
    stack_of,
)
from core.data.intake.videos import is_video
from core.errors import FlatMap, NotAPicture, NotUnderstood, UnknownName, UserMistake, WithoutMaps
from core.hardware import one_blas_thread
from core.noise.catalogue import all_noises, described, get_noise
from core.noise.stack import Layer, apply_stack
from core.noise.stack_file import StackFile, read_stack_file
from core.pixels import Image
from core.words import Text

if TYPE_CHECKING:
    from core.explanation.attribution import CamMethod
    from core.explanation.classifier import Classifier, Explanation
    from core.levels import Window


_STRETCHED = Text(
    en="Stretched from black to white as the pictures that the run learned from.",
    ko="모델이 학습한 사진과 똑같이 밝기를 늘렸습니다.",
)


class NotPng(UserMistake):
    """An output name that is not of the one kind written."""

    text = Text(
        en='"{name}" must end in {suffix}: that is the only kind of file written there.',
        ko='"{name:은/는}" {suffix:으로/로} 끝나야 합니다. 그 형식으로만 저장합니다.',
    )


class NoPictureInFolder(UserMistake):
    """A folder without a readable picture."""

    text = Text(
        en='The folder "{name}" holds no picture that can be read.',
        ko='"{name}" 폴더에 읽을 수 있는 사진이 없습니다.',
    )


class OnlyFolders(UserMistake):
    """A folder of folders, where one of pictures is wanted."""

    text = Text(
        en='The folder "{name}" holds no pictures itself, only folders. Name one of them, such as "{example}": folders'
        " inside are not looked into.",
        ko='"{name}" 폴더 바로 안에는 사진이 없고 폴더만 있습니다. 안쪽 폴더는 살펴보지 않으니 "{example}"처럼 그중 하나를 골라 주세요.',
    )


class NoSecond(UserMistake):
    """A stack that mixes in a picture which is not there."""

    text = Text(
        en='The picture that is mixed in, "{name}", was not found. Put it there, or name another with --second.',
        ko='섞어 넣을 사진 "{name}"{name:-을/를} 찾을 수 없습니다. 그 자리에 두거나 --second로 다른 사진을 고르세요.',
    )


class NoDifference(UserMistake):
    """Two classes told apart by a method that knows no difference of classes."""

    text = Text(
        en="{method} cannot say what speaks for one class rather than another: leave --versus out, or take grad-cam.",
        ko="{method:은/는} 한 클래스를 다른 클래스와 견줄 수 없습니다. --versus를 빼거나 grad-cam을 쓰세요.",
    )


class SameClass(UserMistake):
    """A class told apart from itself."""

    text = Text(
        en='"{name}" is the class that is explained itself: name another one after --versus.',
        ko='"{name}"{name:-은/는} 설명하는 클래스 자신입니다. --versus에는 다른 클래스를 쓰세요.',
    )


class SameFolder(UserMistake):
    """Noisy pictures would replace the clean ones."""

    text = Text(
        en='"{name}" is the folder that the pictures come from. Choose another one, so that they are kept.',
        ko='"{name:은/는}" 원본 사진이 있는 폴더입니다. 원본이 남도록 다른 폴더를 골라 주세요.',
    )


def add_commands(commands: Any) -> None:
    """noises, corrupt, explain."""
    add_command(commands, "noises", noises, "List every noise with its parameters and severities.")

    parser = add_command(
        commands,
        "corrupt",
        corrupt,
        "Put noises on a picture, or on every picture of a folder, and write PNG files.",
        epilog="The number of a picture in a folder is its place in name order among the picture files (by their "
        "endings), from --index on; --stack gives the pictures that its file lists their numbers from there.",
    )
    parser.add_argument("source", metavar="IN", type=Path, help="a picture, or a folder of pictures")
    parser.add_argument("out", metavar="OUT", type=Path, help="a .png file; for a folder, a folder")
    add_noises(parser)
    parser.add_argument(
        "--stack",
        type=Path,
        metavar="FILE.json",
        help="noises and seed from the noiselens.json of a download from the noise lab, to the same pixels",
    )
    parser.add_argument(
        "--second",
        type=Path,
        metavar="FILE",
        help="the picture that blend and its kin mix in; default: the one beside FILE.json, or NoiseLens's own",
    )

    parser = add_command(
        commands,
        "explain",
        explain,
        "Say what a model sees in a picture, and where (Grad-CAM).",
        epilog="Noise goes on the picture at the size where the model takes it (photos: 512 px at most; "
        "a run: its data set's size), from the run's own severity table.",
    )
    parser.add_argument("source", metavar="IMAGE", type=Path, help="a picture")
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--run",
        dest="trained",
        metavar="RUN",
        help="a trained run, by its name on the screens or here, or its ID",
    )
    which.add_argument(
        "--model", metavar="KEY", help="a model with ImageNet weights; default efficientnet_lite0"
    )
    parser.add_argument(
        "--class", dest="target", metavar="NAME", help="explain this class, not the likeliest"
    )
    parser.add_argument(
        "--versus",
        metavar="NAME",
        help="what speaks for the class rather than this one: the map of the difference of their logits",
    )
    parser.add_argument(
        "--method",
        default="grad-cam",
        metavar="KEY",
        help="what makes the map: grad-cam (default), grad-cam++, layer-cam, eigen-cam; score-cam and ablation-cam ask "
        "some hundred times; hires-cam and xgrad-cam where they differ from grad-cam",
    )
    parser.add_argument(
        "--hide",
        type=_region,
        metavar="X,Y,W,H",
        help="grey out this part of the picture, in its own px, and ask again",
    )
    parser.add_argument(
        "--out", type=Path, metavar="OVERLAY.png", help="write the picture with its map over it"
    )
    parser.add_argument("--map", type=Path, metavar="MAP.npy", help="write the signed map on its own grid")
    parser.add_argument("--device", default="auto", metavar="auto|cpu|cuda", help="default auto")
    add_noises(parser)


def noises(options: argparse.Namespace) -> int:
    found = all_noises()
    if options.json:
        print_json([described(entry) for entry in found])
        return 0
    for entry in found:
        print(f"{entry.key}: {entry.name[language()]}. {entry.sentence[language()]}")
        for parameter in described(entry)["parameters"]:
            allowed = (
                ", ".join(parameter["choices"])
                if "choices" in parameter
                else f"{parameter['lowest']:g} to {parameter['highest']:g} {parameter['unit']}".rstrip()
            )
            print(f"  {parameter['name']}={parameter['default']} ({allowed})")
        print(f"  severity tables: {', '.join(entry.severities)}")
    return 0


def corrupt(options: argparse.Namespace) -> int:
    one_blas_thread()  # as in the dashboard: sums in another order differ by a level here and there
    index = options.index
    stack, recorded, second = _what_to_do(options)
    source, out = options.source, options.out
    left_out: list[str] = []
    if source.is_dir():
        pictures = _folder(source, out, options.index, left_out)
    else:
        if out.suffix.lower() != ".png":
            raise NotPng(name=str(out), suffix=".png")
        pictures = [(options.index, source, out, _read(source))]
    from core.images import write_png

    written = []
    for place, path, target, picture in pictures:
        listed = recorded.index_of(_sha256(path)) if recorded and index is None else None
        number = place if listed is None else listed
        write_png(target, apply_stack(picture, stack, options.seed, number, second))
        written.append({"in": str(path), "out": str(target), "index": number})
        if not options.json:
            print(target)
    if not written:
        folders = sorted(path for path in source.iterdir() if path.is_dir() and path.name[0] != ".")
        if folders and not left_out:
            raise OnlyFolders(name=str(source), example=str(folders[0]))
        raise NoPictureInFolder(name=str(source))
    if options.json:
        layers = [{"noise": layer.noise, "params": dict(layer.params)} for layer in stack]
        print_json({"pictures": written, "left_out": left_out, "stack": layers, "seed": options.seed})
    return 0


def _what_to_do(options: argparse.Namespace) -> tuple[list[Layer], StackFile | None, Image | None]:
    """The noises, the file that they come from if any, and the picture that is mixed in if one was chosen."""
    if options.stack is None:
        stack, recorded = stack_of(options), None
        if not stack:
            raise BadUsage(what="Name at least one --noise, or a --stack", command="python -m core corrupt")
    else:
        if options.noise or options.table:
            what = "--stack names the noises and their parameters: leave out --noise and --table"
            raise BadUsage(what=what, command="python -m core corrupt")
        recorded = read_stack_file(options.stack)
        options.seed = recorded.seed if options.seed is None else options.seed
        stack_of(options)  # checks seed and index
        stack = recorded.stack
    path = options.second
    if (
        path is None
        and recorded
        and recorded.second
        and any(get_noise(one.noise).needs_second for one in stack)
    ):
        path = options.stack.parent / recorded.second
        if not path.is_file():
            raise NoSecond(name=str(path))
    return stack, recorded, None if path is None else _read(path)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _read(path: Path, window: "Window | None" = None) -> Image:
    """The picture; what was converted in reading is noted.

    Args:
        window: of the data set that a model learned from: a picture that keeps to it is stretched as those were.
    """
    from core.images import read_picture
    from core.levels import stretched

    picture = read_picture(path, str(path))
    used = picture.used
    if window and used and picture.levels is not None and window[0] <= used.high and used.low <= window[1]:
        note(f"{path}: {_STRETCHED[language()]}")
        return stretched(picture.levels, window)
    for said in picture.notes:
        note(f"{path}: {said[language()]}")
    return picture.pixels


def _folder(
    source: Path, out: Path, first: int, left_out: list[str]
) -> Iterable[tuple[int, Path, Path, Image]]:
    """(number, file, where its noisy form goes, pixels) of every readable picture, in name order."""
    if out.exists() and out.resolve() == source.resolve():
        raise SameFolder(name=str(out))
    if out.exists() and not out.is_dir():
        raise BadUsage(
            what=f'"{out}" is a file, but IN is a folder: OUT must be a folder then',
            command="python -m core corrupt",
        )
    return _pictures(source, out, first, left_out)


def _pictures(
    source: Path, out: Path, first: int, left_out: list[str]
) -> Iterable[tuple[int, Path, Path, Image]]:
    from core.data.intake.listing import is_ignored
    from core.images import PICTURE_SUFFIXES

    taken: set[str] = set()
    index = first - 1
    for path in sorted(source.iterdir(), key=lambda path: path.name):
        if path.is_dir() or is_ignored((path.name,)):
            continue
        try:
            if path.suffix.lower() not in PICTURE_SUFFIXES:
                raise NotAPicture(name=str(path))
            index += 1  # also for one that cannot be read: it must not shift the others' numbers
            pixels = _read(path)
        except UserMistake as error:
            note(error.say(language()))
            left_out.append(str(path))
            continue
        # a.jpg and a.png may lie side by side; names differ by more than case, for every file system.
        name = f"{path.stem}.png"
        if name.lower() in taken:
            name = f"{path.name}.png"
        taken.add(name.lower())
        yield index, path, out / name, pixels


def _region(text: str) -> tuple[int, int, int, int]:
    """Reads --hide; the mistake is worded by us."""
    try:
        x, y, width, height = (int(part) for part in text.split(","))
    except ValueError:
        raise NotUnderstood(
            value=text, what=Text(en="a part of the picture", ko="사진의 한 부분"), form="40,30,64,48"
        ) from None
    return x, y, width, height


def explain(options: argparse.Namespace) -> int:
    for path, suffix in ((options.out, ".png"), (options.map, ".npy")):
        if path is not None and path.suffix.lower() != suffix:
            raise NotPng(name=str(path), suffix=suffix)
    if options.table and not options.noise:
        raise BadUsage(what="--table needs a --noise", command="python -m core explain")
    stack_of(options)  # mistakes are told before the seconds that the model takes to load
    if is_video(options.source.name):
        what = f'"{options.source}" is a video: python -m core film asks about it frame by frame'
        raise BadUsage(what=what, command="python -m core film")
    photo = _read(options.source, None if options.trained is None else _window_of(options.trained))
    one_blas_thread()  # as in the dashboard
    from core.runs.recipe import checked_device

    device = checked_device(options.device)
    table = "imagenet_c"
    if options.trained is not None:
        from core.runs.runs import open_run
        from core.store import Workspace

        workspace = Workspace.open()
        run = open_run(workspace, options.trained)
        table = (run.summary.table if run.summary else "") or table
        from core.explanation.classifier import Classifier

        classifier = Classifier.of_run(workspace, run.id, device)
    else:
        from core.runs.recipe import get_model

        key = options.model or "efficientnet_lite0"
        if get_model(key).weights is None:
            _refuse_without_weights(key)
        from core.explanation.classifier import Classifier

        classifier = Classifier.imagenet(key, device)
    target, versus = (
        None if name is None else _class_number(name, classifier.classes)
        for name in (options.target, options.versus)
    )
    no_map = None if classifier.target_layer else WithoutMaps(name=options.trained)
    if no_map is not None and (options.out or options.map or options.versus):
        raise no_map
    method = None if no_map else _method(options.method, classifier)
    if versus is not None and method is not None and not method.linear:
        raise NoDifference(method=method.name)
    stack = stack_of(options, table)

    def shown(photo: Image) -> Image:
        return apply_stack(classifier.prepare(photo), stack, options.seed, options.index)

    image = shown(photo)
    (said,) = classifier.explain([image], target, method, versus)
    if versus == said.target:
        raise SameClass(name=classifier.classes[versus])
    if said.attribution is not None:
        from core.explanation.overlay import is_flat, overlay

        if is_flat(said.attribution):
            note(FlatMap(layer=classifier.target_layer).say(language()))
        if options.out is not None:
            from core.images import write_png

            write_png(options.out, overlay(image, said.attribution, region=said.region))
        if options.map is not None:
            _write_map(options.map, said.attribution)
    result = {
        "top": [{"class": label, "probability": probability} for label, probability in said.top()],
        "target_class": classifier.classes[said.target],
        "target_layer": classifier.target_layer or None,
        "no_map": None if no_map is None else no_map.say(language()),
    } | _further(options, classifier, photo, shown, said)
    if options.json:
        print_json(result)
        return 0
    print_table(["class", "probability"], [[label, f"{share:.1%}"] for label, share in said.top()])
    rather = f" rather than {options.versus}" if options.versus else ""
    print(result["no_map"] or f"explained: {result['target_class']}{rather}, at {result['target_layer']}")
    if "held" in result:
        print(f"held in {result['held']['kept']} of {result['held']['of']} mild versions")
    if "hidden" in result:
        said_then = ", ".join(f"{one['class']} {one['probability']:.1%}" for one in result["hidden"]["top"])
        print(f"with that part hidden: {said_then}")
    return 0


def _further(
    options: argparse.Namespace,
    classifier: "Classifier",
    photo: Image,
    shown: "Callable[[Image], Image]",
    said: "Explanation",
) -> dict[str, Any]:
    """What is said besides: how the logit adds up, how firmly the answer stands, and the answer with a part hidden."""
    from core.explanation.hiding import hidden
    from core.explanation.holding import held

    found: dict[str, Any] = {}
    if said.versus is not None:
        found["versus"] = classifier.classes[said.versus]
    if said.sum is not None:
        found["sum"] = said.sum._asdict()
    found["held"] = held(classifier, shown(photo), said.prediction)._asdict()
    if options.hide is not None:
        (then,) = classifier.explain([shown(hidden(photo, options.hide))])
        found["hidden"] = {
            "region": list(options.hide),
            "top": [{"class": label, "probability": probability} for label, probability in then.top()],
            "probability": float(then.probabilities[said.target]),
        }
    return found


def _method(key: str, classifier: "Classifier") -> "CamMethod":
    """The method with that key, where it works for the network."""
    from core.explanation.methods import all_methods

    fitting = {one.key: one for one in all_methods() if one.fits(classifier.network.spec)}
    if key not in fitting:
        raise UnknownName(
            Text(en="way to a map for this model", ko="이 모델에 쓸 수 있는 방법"), key, fitting
        )
    return fitting[key]


def _window_of(trained: str) -> "Window | None":
    """The levels that became black and white in what a run learned from; None where nothing did, or it is gone."""
    from core.data.dataset import list_data_sets
    from core.runs.runs import open_run
    from core.store import Workspace

    workspace = Workspace.open()
    learned_from = open_run(workspace, trained).recipe.data_set_id
    return next((one.window for one in list_data_sets(workspace) if one.id == learned_from), None)


def _refuse_without_weights(key: str) -> None:
    from models.registry import models

    known = [name for name, spec in models().items() if spec.weights is not None]
    raise UnknownName(Text(en="model with ImageNet weights", ko="ImageNet 가중치가 있는 모델"), key, known)


def _class_number(name: str, classes: list[str]) -> int:
    """The class called so, in this or another case."""
    if name in classes:
        return classes.index(name)
    alike = [number for number, label in enumerate(classes) if label.casefold() == name.casefold()]
    if len(alike) != 1:
        raise UnknownName(Text(en="class", ko="클래스"), name, classes)
    return alike[0]


def _write_map(path: Path, attribution: Any) -> None:
    import numpy as np

    from core.files import write_bytes

    data = io.BytesIO()
    np.save(data, attribution, allow_pickle=False)
    write_bytes(path, data.getvalue())
