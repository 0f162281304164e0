"""torchvision's own data sets, on files that lie here."""

import struct
from pathlib import Path

import numpy as np
import pytest

from core.data.dataset import open_data_set
from core.data.named.hugging_face import Columns
from core.data.named.job import submit_fetch
from core.data.named.torchvision_sets import KNOWN, Known, open_splits, plan_of
from core.progress import silent
from core.store import Workspace
from tests.core.data.named.test_job import GENERATOR, ended, euro_sat, imported, put


def test_a_set_that_lies_here_as_torchvision_keeps_it_becomes_a_data_set(
    workspace: Workspace, tmp_path: Path
) -> None:
    made = imported(workspace, "torchvision:EuroSAT", folder=euro_sat(tmp_path / "root"), size=32)
    assert made.name == "EuroSAT"
    assert made.classes == ["Forest", "River"]
    assert made.card.images == 20
    assert made.split_counts["test"] > 0
    assert made.licence == KNOWN["EuroSAT"].terms
    reds = np.asarray(made.images)[..., 0].mean(axis=(1, 2))
    assert (np.asarray(made.labels) == (reds > 120)).all()


def test_a_picture_that_is_a_file_is_decoded_as_any_import_decodes_it(
    workspace: Workspace, tmp_path: Path
) -> None:
    from core.data.imports import run_job as run_import
    from core.data.imports import submit_import

    root = euro_sat(tmp_path / "root")
    by_name = imported(workspace, "torchvision:EuroSAT", folder=root, size=32)
    folder = root / "eurosat" / "2750"
    result = run_import(workspace, submit_import(workspace, folder, "by folder", 32), silent)
    by_folder = open_data_set(workspace, result["data_set_id"])
    assert (np.asarray(by_name.images) == np.asarray(by_folder.images)).all()


def test_given_splits_stay(workspace: Workspace, tmp_path: Path) -> None:
    root = tmp_path / "root"
    for split, count in (("train", 6), ("val", 3)):
        for number in range(count):
            put(root / "imagenette2-320" / split / "n01440764" / f"{number}.JPEG", 30 + number)
            put(root / "imagenette2-320" / split / "n02102040" / f"{number}.JPEG", 190 + number)
    # torchvision takes the ending .jpeg only, however it is written.
    made = imported(workspace, "torchvision:imagenette", folder=root, size=32)
    assert made.classes == ["English springer", "tench"]
    assert made.split_counts["test"] == 6  # with no test pictures, the given validation ones are the test


def test_pictures_that_are_arrays_are_read_without_loss(workspace: Workspace, tmp_path: Path) -> None:
    raw = tmp_path / "root" / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    pixels: dict[str, np.ndarray] = {}
    for name, count in (("train", 12), ("t10k", 4)):
        pixels[name] = GENERATOR.integers(0, 256, (count, 28, 28), dtype=np.uint8)
        labels = np.arange(count, dtype=np.uint8) % 2
        (raw / f"{name}-images-idx3-ubyte").write_bytes(
            struct.pack(">IIII", 2051, count, 28, 28) + pixels[name].tobytes()
        )
        (raw / f"{name}-labels-idx1-ubyte").write_bytes(struct.pack(">II", 2049, count) + labels.tobytes())
    known = KNOWN["FashionMNIST"]
    opened = open_splits(known, tmp_path / "root", None, download=False)
    planned = plan_of(known, opened, tmp_path / "root", None)
    assert [candidate.name for candidate in planned.candidates[:2]] == ["T-shirt/top", "Trouser"]
    made = imported(workspace, "torchvision:FashionMNIST", folder=tmp_path / "root", size=32)
    assert made.split_counts["test"] == 4
    assert made.split_counts["train"] + made.split_counts["validation"] == 12


def test_a_set_with_several_labels_is_told_apart_by_the_chosen_one(
    workspace: Workspace, tmp_path: Path
) -> None:
    base = tmp_path / "root" / "oxford-iiit-pet"
    lines = []
    for number in range(12):
        breed, kind = (("Abyssinian", 1), ("beagle", 2), ("boxer", 2))[number % 3]
        put(base / "images" / f"{breed}_{number}.jpg", 20 * number)
        lines.append(f"{breed}_{number} {number % 3 + 1} {kind} 1")
    (base / "annotations").mkdir()
    for split in ("trainval", "test"):
        (base / "annotations" / f"{split}.txt").write_text("\n".join(lines))
    by_breed = imported(workspace, "torchvision:OxfordIIITPet", folder=tmp_path / "root", size=32)
    assert by_breed.classes == ["Abyssinian", "Beagle", "Boxer"]
    columns = Columns(label="binary-category")
    by_kind = imported(
        workspace, "torchvision:OxfordIIITPet", name="kinds", folder=tmp_path / "root", columns=columns
    )
    assert by_kind.classes == ["Cat", "Dog"]


def test_a_class_without_ready_labels_or_files_is_read_too() -> None:
    known = Known("FakeData", KNOWN["CIFAR10"].shows, "", (({"random_offset": 5}, None),), 12, 3, 0,
                  KNOWN["CIFAR10"].terms, options=(("size", 12), ("image_size", (3, 20, 30)), ("num_classes", 3)))  # fmt: skip
    opened = open_splits(known, Path(), None, download=False)
    planned = plan_of(known, opened, Path(), None)
    assert len(planned.candidates) == 12
    assert {candidate.name for candidate in planned.candidates} <= {"0", "1", "2"}
    dataset = opened[0][0]
    for candidate in planned.candidates:
        data = candidate.entry.read()
        assert isinstance(data, bytes)
        assert candidate.name == str(int(dataset[candidate.entry.key][1]))


def test_every_set_of_the_table_is_a_class_of_torchvision_that_takes_what_it_is_given() -> None:
    import inspect

    from torchvision import datasets

    for known in KNOWN.values():
        accepted = inspect.signature(getattr(datasets, known.key).__init__).parameters
        given = {key for chosen, _ in known.splits for key in chosen} | {key for key, _ in known.options}
        given |= {known.labels_option} - {""}
        assert given <= set(accepted), known.key


@pytest.mark.usefixtures("here")
def test_a_list_of_files_that_leads_out_of_the_folder_reads_nothing(
    workspace: Workspace, tmp_path: Path
) -> None:
    root = euro_sat(tmp_path / "root")
    put(tmp_path / "secret.jpg", 100)
    (root / "eurosat" / "2750" / "River" / "out.jpg").symlink_to(tmp_path / "secret.jpg")
    job = ended(workspace, submit_fetch(workspace, "torchvision:EuroSAT", folder=root, size=32))
    assert job.result is not None
    assert [path for path, _ in job.result["left_out"]] == ["River/000020"]


def test_every_set_asks_the_server_that_torchvision_fetches_it_from() -> None:
    import inspect
    import sys

    import gdown
    from torchvision import datasets

    for known in KNOWN.values():
        kind = getattr(datasets, known.key)
        source = inspect.getsource(sys.modules[kind.__module__])
        if known.key == "CelebA":  # torchvision leaves it to gdown, which knows the address
            source = inspect.getsource(sys.modules[gdown.download.__module__])
        assert not known.server or f"{known.server}/" in source, known.key
        servers = [known.server, *known.mirrors]
        mirrors = getattr(kind, "mirrors", servers)  # MNIST and its kin
        assert all(one.startswith(server) for one, server in zip(mirrors, servers, strict=True)), known.key
