"""What a browser handed over as a model: its files in a folder of their own among the workspace's uploads. No torch."""

import shutil
import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path, PurePosixPath

from core.errors import CannotWrite, DamagedWeights, DiskFull, NoWeights, SeveralModels, WeightsTooLarge
from core.files import remove_folder, writing
from core.limits import MAX_WEIGHTS_BYTES
from core.store import Workspace, file_name, new_id

BESIDE = ("config.json", "preprocessor_config.json", "model.safetensors.index.json", "pytorch_model.bin")
"""Files of a Hugging Face folder that are read, with its safetensors; others are left where they are."""
File = tuple[str, bytes | memoryview]


def keep_model(workspace: Workspace, files: Sequence[File]) -> Path:
    """Store one file of weights, or those of a Hugging Face folder: dropped together, or as one ZIP.

    Args:
        files: (name, bytes) each, at least one.

    Raises:
        SeveralModels: several files of weights that are no such folder. DamagedWeights: a ZIP that cannot be read.
        NoWeights, WeightsTooLarge. CannotWrite, DiskFull: nothing is left of it then.
    """
    if sum(len(data) for _, data in files) > MAX_WEIGHTS_BYTES:
        raise WeightsTooLarge(name=files[0][0], limit=MAX_WEIGHTS_BYTES // 1024**3)
    place = workspace.uploads / new_id()
    place.mkdir(parents=True)
    try:
        with writing(place):
            if len(files) > 1:
                return _folder(place, files)
            name, data = files[0]
            if Path(name).suffix.lower() == ".zip" and (members := _members(name, data)):
                return _unpacked(place, name, data, members)
            kept = place / _safe(name)
            kept.write_bytes(data)
            return kept
    except BaseException:
        remove_folder(place)
        raise


def _safe(name: str) -> str:
    """A name that every disk takes; its ending stays."""
    path = PurePosixPath(name.replace("\\", "/"))
    return f"{file_name(path.stem) or 'model'}{path.suffix.lower()}"


def _is_read(name: str) -> bool:
    return name in BESIDE or name.endswith(".safetensors")


def _folder(place: Path, files: Sequence[File]) -> Path:
    named = {PurePosixPath(name.replace("\\", "/")).name: data for name, data in files}
    weights = [name for name in named if not name.endswith(".json")]
    if "config.json" not in named and len(weights) > 1:
        raise SeveralModels(n=len(weights))
    if "config.json" not in named and len(weights) == 1:
        (name,) = weights
        kept = place / _safe(name)
        kept.write_bytes(named[name])
        return kept
    top = place / "model"
    top.mkdir()
    for name, data in named.items():
        if _is_read(name):
            (top / name).write_bytes(data)
    return top


def _members(name: str, data: bytes | memoryview) -> list[zipfile.ZipInfo]:
    """What a ZIP has of a Hugging Face folder, all of one folder; nothing where it is what torch.save writes.

    Raises:
        DamagedWeights, WeightsTooLarge.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            every = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise DamagedWeights(name=name) from error
    config = next((one for one in every if PurePosixPath(one.filename).name == "config.json"), None)
    if config is None:
        return []
    parent = PurePosixPath(config.filename).parent
    found = [
        one
        for one in every
        if PurePosixPath(one.filename).parent == parent and _is_read(PurePosixPath(one.filename).name)
    ]
    if len(found) < 2:
        raise NoWeights(name=name)
    if sum(one.file_size for one in found) > MAX_WEIGHTS_BYTES:
        raise WeightsTooLarge(name=name, limit=MAX_WEIGHTS_BYTES // 1024**3)
    return found


def _unpacked(place: Path, name: str, data: bytes | memoryview, members: Sequence[zipfile.ZipInfo]) -> Path:
    top = place / (file_name(Path(name).stem) or "model")
    top.mkdir()
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            for one in members:
                # Its own name alone: no path of an archive leads anywhere.
                with archive.open(one) as packed, (top / PurePosixPath(one.filename).name).open("wb") as file:
                    shutil.copyfileobj(packed, file)
    except (CannotWrite, DiskFull):
        raise
    except (zipfile.BadZipFile, EOFError, RuntimeError, ValueError, NotImplementedError) as error:
        raise DamagedWeights(name=name) from error
    return top
