"""Runs that were made elsewhere, as bringing them in leaves them."""

import csv
import hashlib
import io
import zipfile
from pathlib import Path

import torch

from core.brought.handshake import Way
from core.brought.keeping import keep
from core.brought.pack import write_pack
from core.brought.predictions import bring_predictions
from core.data.dataset import DataSet
from core.networks.network import Network, Preprocessing
from core.progress import silent
from core.runs.origins import Origin
from core.runs.recipe import get_model
from core.runs.runs import Run
from core.store import Workspace


def brought_model(
    workspace: Workspace, data_set: DataSet, name: str = "outside", form: str = "pytorch"
) -> Run:
    """A small network that was brought in, untrained."""
    spec = get_model("small_cnn")
    torch.manual_seed(0)
    way = Way(side=data_set.size)
    network = Network(
        spec,
        spec.build(len(data_set.classes), data_set.size),
        data_set.classes,
        data_set.size,
        data_set.size,
        Preprocessing.of(spec),
    )
    ways = [
        one._asdict() | {"accuracy": 0.9 - 0.1 * place, "log_loss": 0.2 + place, "images": 40}
        for place, one in enumerate((way, way._replace(normalise="cifar"), way._replace(channels="bgr")))
    ]
    origin = Origin(
        source=f"{name}.pth",
        format=form,
        sha256=hashlib.sha256(name.encode()).hexdigest(),
        fitted=20,
        of=22,
        nest="state_dict",
        order=list(range(len(data_set.classes))),
        order_by="pictures",
        chosen=ways[0],
        handshake=ways,
        tied=ways[1:2],
        split="val",
        target_layer="" if form == "onnx" else spec.target_layer,
    )
    return keep(workspace, network, origin, data_set, name)


def pack_of(data_set: DataSet, folder: Path, noises: tuple[str, ...] = ("gaussian_noise", "fog")) -> Path:
    """A pack of its test pictures."""
    path = folder / "pack.zip"
    write_pack(data_set, path, noises, [1, 3], None, silent)
    return path


def answers_to(pack: Path, answer: str) -> bytes:
    """A table that gives the same class for every picture of a pack."""
    with zipfile.ZipFile(pack) as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read("manifest.csv").decode("utf-8-sig"))))
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["image", "noise", "severity", "class"])
    writer.writerows([row["image"], row["noise"], row["severity"], answer] for row in rows)
    return table.getvalue().encode()


def brought_predictions(
    workspace: Workspace, data_set: DataSet, folder: Path, name: str = "a service"
) -> Run:
    """Predictions that were brought in: always the first class."""
    pack = pack_of(data_set, folder)
    table = folder / "answers.csv"
    table.write_bytes(answers_to(pack, data_set.classes[0]))
    return bring_predictions(workspace, table, pack, name).run
