"""A noise stack told to others: as a JSON file, as a command line, as Python. All three give the same pixels."""

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.errors import NotFound, OutOfRange, UserMistake
from core.noise.catalogue import Value
from core.noise.stack import LARGEST_SEED, Layer
from core.words import Text, fill_text, plain

STACK_FILE = "noiselens.json"
SECOND_FILE = "second.png"
VERSION = 1
"""Of the file's form; it goes up when an older NoiseLens would misread a newer file."""
_MOST_BYTES = 5_000_000
_NO_PICTURES = Text(en='"files" is no list of pictures', ko='"files" 값이 사진 목록이 아닙니다')


class NotAStackFile(UserMistake):
    """A file given as a noise stack that is none."""

    text = Text(
        en='"{name}" is not a noise stack that can be used: {why}. Use the noiselens.json of a download from the'
        " noise lab.",
        ko='"{name}"{name:-은/는} 쓸 수 있는 노이즈 목록이 아닙니다: {why}. 노이즈 실험실에서 내려받은 noiselens.json을'
        " 써 주세요.",
    )


@dataclass(frozen=True)
class Listed:
    """One picture that the noises were put on."""

    name: str
    """Of both files, "cat.png"."""
    index: int
    """Its number; the noises' chance depends on it."""
    input_sha256: str
    output_sha256: str


@dataclass(frozen=True)
class StackFile:
    """What was done to pictures, so that it can be done again to the pixel."""

    stack: list[Layer]
    seed: int
    table: str = "imagenet_c"
    """The severity table that the severities were read from; the parameters alone decide."""
    second: str | None = None
    """The file beside this one that is mixed in; None: the built-in picture, if any."""
    files: list[Listed] = field(default_factory=list)

    def to_json(self) -> str:
        """Text for STACK_FILE."""
        value = {
            "version": VERSION,
            "seed": self.seed,
            "table": self.table,
            "stack": [{"noise": layer.noise, "params": dict(layer.params)} for layer in self.stack],
            "second": self.second,
            "files": [
                {
                    "index": one.index,
                    "input": f"inputs/{one.name}",
                    "input_sha256": one.input_sha256,
                    "output": f"noisy/{one.name}",
                    "output_sha256": one.output_sha256,
                }
                for one in self.files
            ],
        }
        return json.dumps(value, ensure_ascii=False, indent=1) + "\n"

    def index_of(self, sha256: str) -> int | None:
        """The number of the listed picture whose file has this SHA-256."""
        return next((one.index for one in self.files if one.input_sha256 == sha256), None)


def read_stack_file(path: Path) -> StackFile:
    """The stack in the JSON file `path`, checked.

    Raises:
        NotFound, NotAStackFile; UnknownName, OutOfRange and their kin for a noise or parameter.
    """
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= _MOST_BYTES else b""
    except OSError as error:
        raise NotFound(name=str(path)) from error
    if size > _MOST_BYTES:
        raise _wrong(path, Text(en="it is too large", ko="너무 큽니다"))
    try:
        value = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise _wrong(path, Text(en="it is not JSON", ko="JSON이 아닙니다")) from error
    return _checked(path, value)


def _checked(path: Path, value: Any) -> StackFile:
    if not isinstance(value, dict) or not isinstance(value.get("stack"), list) or not value["stack"]:
        raise _wrong(path, Text(en='it has no "stack" of noises', ko='"stack" 항목에 노이즈가 없습니다'))
    version = value.get("version")
    if type(version) is not int or version > VERSION:
        raise _wrong(
            path,
            Text(en=f'its "version" is not {VERSION}', ko=f'"version" 값이 {VERSION}이어야 합니다'),
        )
    seed = value.get("seed", 0)
    if type(seed) is not int or not 0 <= seed <= LARGEST_SEED:
        raise OutOfRange(what=Text(en="The seed", ko="시드"), lowest=0, highest=LARGEST_SEED, value=seed)
    second = value.get("second")
    files = value.get("files", [])
    if not isinstance(files, list):
        raise _wrong(path, _NO_PICTURES)
    # A path could lead out of the folder that somebody else's file came in.
    if second is not None and (not isinstance(second, str) or second != Path(second).name or "\\" in second):
        raise _wrong(path, Text(en='"second" is not a file name', ko='"second" 값이 파일 이름이 아닙니다'))
    return StackFile(
        stack=[_layer(path, place, entry) for place, entry in enumerate(value["stack"], start=1)],
        seed=seed,
        table=str(value.get("table", "imagenet_c")),
        second=second,
        files=[_listed(path, entry) for entry in files],
    )


def _layer(path: Path, place: int, entry: Any) -> Layer:
    if (
        not isinstance(entry, dict)
        or not isinstance(entry.get("noise"), str)
        or not isinstance(entry.get("params", {}), dict)
        or not all(isinstance(value, Value) for value in entry.get("params", {}).values())
    ):
        what = Text(en="entry {place} is no noise with parameters", ko="{place}번째 항목이 노이즈가 아닙니다")
        raise _wrong(path, fill_text(what, place=place))
    return Layer.make(entry["noise"], entry.get("params", {}))


def _listed(path: Path, entry: Any) -> Listed:
    try:
        name, index = Path(entry["input"]).name, entry["index"]
        if type(index) is not int or not 0 <= index <= LARGEST_SEED:
            raise ValueError(index)
        return Listed(name, index, str(entry["input_sha256"]), str(entry["output_sha256"]))
    except (TypeError, KeyError, ValueError) as error:
        raise _wrong(path, _NO_PICTURES) from error


def _wrong(path: Path, why: Text) -> NotAStackFile:
    return NotAStackFile(name=plain(str(path)), why=why)


def as_command(stack: Sequence[Layer], seed: int, second: bool = False) -> str:
    """The command that puts the stack on a picture.

    Args:
        second: the stack mixes in a picture of one's own, in SECOND_FILE.
    """
    words = ["python", "-m", "core", "corrupt", "photo.png", "noisy.png", "--seed", str(seed)]
    for layer in stack:
        words += ["--noise", layer.noise]
        for name, value in layer.params.items():
            words += ["--param", f"{name}={value}"]
    if second:
        words += ["--second", SECOND_FILE]
    return shlex.join(words)


def as_python(stack: Sequence[Layer], seed: int, second: bool = False) -> str:
    """A script that puts the stack on a picture, run in NoiseLens's folder; see `as_command`."""
    layers = "".join(f"    Layer.make({layer.noise!r}, {_python(layer.params)}),\n" for layer in stack)
    other = f'\nsecond = read_picture(Path("{SECOND_FILE}"), "{SECOND_FILE}").pixels' if second else ""
    return (
        "from pathlib import Path\n\n"
        "from core.images import read_picture, write_png\n"
        "from core.noise.stack import Layer, apply_stack\n\n"
        f"stack = [\n{layers}]\n"
        f'photo = read_picture(Path("photo.png"), "photo.png").pixels{other}\n'
        f"noisy = apply_stack(photo, stack, seed={seed}{', second=second' if second else ''})\n"
        'write_png(Path("noisy.png"), noisy)\n'
    )


def _python(params: Mapping[str, Value]) -> str:
    return "{" + ", ".join(f"{name!r}: {value!r}" for name, value in params.items()) + "}"
