"""The command line: what each command answers, and how a mistake is told."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
import torch
from PIL import Image as Pillow
from skimage import data as photos

from core.cli import main
from core.files import write_json
from core.images import read_picture, write_png
from core.jobs.queue import list_jobs
from core.noise.stack import DRAWS, Layer, apply_stack
from core.store import ROOT, Workspace
from tests.core.cli.commands import every_command
from tests.core.cli.conftest import PHOTO
from tests.core.tiffs import tiff

pillow_heif.register_heif_opener()
TURNED = Pillow.Exif()
TURNED[0x0112] = 6  # orientation: a quarter turn


def pixels(path: Path) -> np.ndarray:
    return read_picture(path, path.name).pixels


@pytest.mark.parametrize("command", ["", *every_command()])
def test_every_command_has_help(command, capsys):
    with pytest.raises(SystemExit) as ended:
        main([*command.split(), "--help"])
    assert ended.value.code == 0
    out, err = capsys.readouterr()
    assert f"usage: python -m core {command}" in out
    assert err == ""


def test_noises_are_described_for_machines(told):
    found = {entry["key"]: entry for entry in told("noises", "--json")}
    assert {"salt_pepper", "bfs_noise", "blend", "pca", "gaussian_noise", "motion_blur", "fog"} <= set(found)
    for entry in found.values():
        assert entry["name"]["en"]
        assert entry["sentence"]["ko"]
        for parameter in entry["parameters"]:
            assert {"name", "default"} <= set(parameter)
            assert {"lowest", "highest", "step", "unit"} <= set(parameter) or "choices" in parameter
        assert all(len(rows) == 5 for rows in entry["severities"].values())


def test_a_stack_is_applied_in_order_each_noise_with_its_own_options(photo, told):
    arguments = "corrupt photo.png out.png --noise fog --severity 2 --noise salt_pepper --param fraction=0.2"
    told(*arguments.split(), "--noise", "pca", "--seed", 7, "--index", 3, "--json")

    stack = [Layer.at_severity("fog", 2), Layer.make("salt_pepper", {"fraction": 0.2}), Layer.make("pca", {})]
    assert np.array_equal(pixels(photo.parent / "out.png"), apply_stack(PHOTO, stack, seed=7, index=3))


def test_the_severity_table_can_be_chosen(photo, told):
    told("corrupt", photo, "out.png", "--noise", "fog", "--severity", 4, "--table", "cifar_10_c", "--json")
    wanted = apply_stack(PHOTO, [Layer.at_severity("fog", 4, "cifar_10_c")])
    assert np.array_equal(pixels(photo.parent / "out.png"), wanted)


def test_a_noisy_picture_is_the_dashboard_s_to_the_pixel_however_many_cores_there_are(tmp_path: Path) -> None:
    write_png(tmp_path / "photo.png", np.asarray(photos.astronaut()))
    found = []
    for threads in (None, "1"):  # the dashboard's NumPy calculates in one thread
        environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
        environment |= {"OPENBLAS_NUM_THREADS": threads} if threads else {}
        command = [sys.executable, "-m", "core", "corrupt", tmp_path / "photo.png", tmp_path / "out.png"]
        subprocess.run(
            [*command, "--noise", "pca", "--param", "components=90"], cwd=ROOT, env=environment, check=True
        )
        found.append((tmp_path / "out.png").read_bytes())
    assert found[0] == found[1]


def test_a_folder_becomes_a_folder_of_png_numbered_in_name_order(tmp_path, capsys):
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("b.png", "a.bmp", "c.tiff"):
        Pillow.fromarray(PHOTO).save(folder / name)
    (folder / "aa.txt").write_text("no picture")
    (folder / "Desktop.ini").write_text("left by a system")

    assert main(["corrupt", "in", "out", "--noise", "gaussian_noise", "--severity", "3"]) == 0

    out, err = capsys.readouterr()
    assert "aa.txt" in err
    assert "Desktop.ini" not in err
    assert len(out.splitlines()) == 3
    stack = [Layer.at_severity("gaussian_noise", 3)]
    for index, name in enumerate(("a.png", "b.png", "c.png")):
        assert np.array_equal(pixels(tmp_path / "out" / name), apply_stack(PHOTO, stack, 0, index))


def test_a_picture_that_cannot_be_read_does_not_shift_the_numbers_of_the_others(tmp_path, capsys):
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a.png", "c.png"):
        Pillow.fromarray(PHOTO).save(folder / name)
    (folder / "aa.txt").write_text("no picture by its name")
    (folder / "b.png").write_text("no picture")
    (folder / "d.tif").write_bytes(tiff(PHOTO[..., 0], t259=34712))  # packed as no reader here knows

    assert main(["corrupt", "in", "out", "--noise", "gaussian_noise", "--severity", "3", "--json"]) == 0

    out, err = capsys.readouterr()
    assert len(err.splitlines()) == 3
    assert "this kind is not read" in err
    assert [picture["index"] for picture in json.loads(out)["pictures"]] == [0, 2]
    wanted = apply_stack(PHOTO, [Layer.at_severity("gaussian_noise", 3)], 0, 2)
    assert np.array_equal(pixels(tmp_path / "out" / "c.png"), wanted)


@pytest.mark.parametrize(
    ("name", "save", "said"),
    [
        ("a.jpg", lambda path: Pillow.fromarray(PHOTO).convert("CMYK").save(path), "CMYK"),
        ("a.heic", lambda path: Pillow.fromarray(PHOTO).save(path), "HEIC"),
        ("a.png", lambda path: Pillow.fromarray(PHOTO[..., 0].astype(np.uint16) * 257).save(path), "16"),
        ("a.jpg", lambda path: Pillow.fromarray(PHOTO).save(path, exif=TURNED), "upright"),
    ],
    ids=["cmyk", "heic", "sixteen bits", "turned"],
)
def test_a_picture_of_an_unusual_kind_is_converted_with_a_note(name, save, said, tmp_path, capsys):
    save(tmp_path / name)
    assert main(["corrupt", name, "out.png", "--noise", "fog"]) == 0
    out, err = capsys.readouterr()
    assert out == "out.png\n"
    assert said in err
    assert pixels(tmp_path / "out.png").dtype == np.uint8


def test_a_folder_of_class_folders_is_told_from_one_without_pictures(tmp_path, capsys):
    inner = tmp_path / "in" / "cat"
    inner.mkdir(parents=True)
    Pillow.fromarray(PHOTO).save(inner / "1.png")
    assert main(["corrupt", "in", "out", "--noise", "fog"]) == 2
    said = capsys.readouterr().err
    assert "only folders" in said
    assert str(Path("in") / "cat") in said
    (tmp_path / "in" / "1.txt").write_text("no picture")
    assert main(["corrupt", "in", "out", "--noise", "fog"]) == 2
    assert "holds no picture" in capsys.readouterr().err


def test_pictures_of_one_name_do_not_replace_each_other(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a.bmp", "a.png"):
        Pillow.fromarray(PHOTO).save(folder / name)
    assert main(["corrupt", "in", "out", "--noise", "fog"]) == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.png", "a.png.png"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("", "required"),
        ("paint", "paint"),
        ("corrupt photo.png out.png", "--noise"),
        ("corrupt photo.png out.png --noise fogg", "Did you mean fog?"),
        ("corrupt photo.png out.png --severity 3", "must follow"),
        ("corrupt photo.png out.png --noise fog --severity 6", "between 1 and 5"),
        ("corrupt photo.png out.png --noise fog --severity many", "many"),
        ("corrupt photo.png out.png --noise gaussian_noise --param sd=9", "between"),
        ("corrupt photo.png out.png --noise gaussian_noise --param sd", "sd"),
        ("corrupt photo.png out.png --noise gaussian_noise --param size=9", "size"),
        ("corrupt photo.png out.png --noise fog --severity 3 --param decay=2", "not both"),
        ("corrupt photo.png out.png --noise fog --severity 3 --table mine", "mine"),
        ("corrupt photo.png out.png --noise fog --seed -1", "seed"),
        ("corrupt photo.png out.jpg --noise fog", ".png"),
        ("corrupt missing.png out.png --noise fog", "missing.png"),
        ("corrupt text.png out.png --noise fog", "text.png"),
        ("corrupt empty out --noise fog", "empty"),
        ("corrupt empty empty --noise fog", "empty"),
        ("data make cats", "cats"),
        ("data make faces --size 33", "33"),
        ("data make faces --swap nose", "nose"),
        ("data make faces --strength 0", "between 0.25 and 1.5"),
        ("data make faces --strength strong", "strong"),
        ("data make digits --swap eyes", "digits"),
        ("data import missing --name a", "missing"),
        ("data import one.zip --name a", "class"),
        ("data import climbing.zip --name a", "climbing.zip"),
        ("data import linked.zip --name a", "linked.zip"),
        ("data import none.zip --name a", "no picture"),
        ("data import cut.zip --name a", "damaged"),
        ("data import text.png --name a", "neither a folder nor a ZIP"),
        ("data import empty --name a/b", "a/b"),
        ("data import empty --name a --face-crop --face-margin 9", "between 0 and 2"),
        ("data import empty --name a --face-crop --face-margin wide", "wide"),
        ("data import empty --name a --face-crop --face-missing no", "skip, whole"),
        ("data import empty --name a --face-crop --face-several all", "largest, central, skip"),
        ("data import empty --name a --face-margin 0.3", "--face-margin needs --face-crop"),
        ("data fetch torchvision:CIFAR10 --face-several skip", "--face-several needs --face-crop"),
        ("train --data missing", "missing"),
        ("evaluate missing", "missing"),
        ("evaluate missing --severities 0-9", "between 1 and 5"),
        ("explain photo.png --run missing", "missing"),
        ("explain photo.png --model missing", "missing"),
        ("explain photo.png --model small_cnn", "small_cnn"),
        ("explain photo.png --out a.jpg", ".png"),
        ("explain text.png", "text.png"),
        ("explain photo.png --hide 1,2,3", "40,30,64,48"),
        ("explain talk.mp4", "python -m core film"),
        ("film photo.png", "photo.png"),
        ("film missing.mp4", "missing.mp4"),
        ("film missing.mp4 --out a.avi", ".mp4"),
        ("jobs cancel missing", "missing"),
    ],
)
def test_a_mistake_is_one_sentence_and_exit_code_2(arguments, words, photo, tmp_path, refused):
    (tmp_path / "text.png").write_text("no picture")
    (tmp_path / "empty").mkdir()
    with zipfile.ZipFile(tmp_path / "one.zip", "w") as archive:
        archive.write(photo, "cats/photo.png")
    with zipfile.ZipFile(tmp_path / "climbing.zip", "w") as archive:
        archive.write(photo, "../../photo.png")
    with zipfile.ZipFile(tmp_path / "linked.zip", "w") as archive:
        link = zipfile.ZipInfo("cats/link.png")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    with zipfile.ZipFile(tmp_path / "none.zip", "w") as archive:
        archive.writestr("cats/readme.txt", "no picture")
    (tmp_path / "cut.zip").write_bytes((tmp_path / "one.zip").read_bytes()[:-100])
    assert words in refused(*arguments.split())
    assert not (tmp_path / "out.png").exists()


def test_a_mistake_is_told_in_korean_on_a_korean_terminal(monkeypatch, refused):
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    assert "찾을 수 없습니다" in refused("corrupt", "없음.png", "out.png", "--noise", "fog")


def test_the_traceback_of_a_mistake_shows_only_where_it_is_asked_for(capsys):
    assert main(["--debug", "corrupt", "missing.png", "out.png", "--noise", "fog"]) == 2
    assert "Traceback" in capsys.readouterr().err


def test_a_reader_that_has_enough_is_no_trouble():
    script = "import sys; from core.cli import main; sys.stdin.read(); sys.exit(main(['noises']))"
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.close()
    process.stdin.close()
    assert process.stderr.read() == b""
    process.wait()


def test_the_photo_model_says_five_classes_and_where_it_looked(photo, told, tmp_path):
    arguments = [
        "--noise",
        "fog",
        "--severity",
        "3",
        "--out",
        "over.png",
        "--map",
        "map.npy",
        "--device",
        "cpu",
        "--json",
    ]
    said = told("explain", photo, *arguments)
    assert len(said["top"]) == 5
    assert said["top"][0]["probability"] >= said["top"][1]["probability"] > 0
    assert said["target_class"] == said["top"][0]["class"]
    assert said["target_layer"]
    assert pixels(tmp_path / "over.png").shape == PHOTO.shape
    assert np.load(tmp_path / "map.npy").ndim == 2

    asked = ["--class", "tabby", "--versus", "tiger cat", "--hide", "0,0,30,20", "--map", "map.npy", "--json"]
    said = told("explain", photo, *asked)
    assert (said["target_class"], said["versus"]) == ("tabby", "tiger cat")
    assert said["sum"]["map"] == pytest.approx(float(np.load(tmp_path / "map.npy").sum()), abs=1e-4)
    assert said["sum"]["map"] + said["sum"]["bias"] == pytest.approx(said["sum"]["logit"], abs=1e-3)
    assert 0 <= said["held"]["kept"] <= said["held"]["of"] == 20
    assert said["hidden"]["region"] == [0, 0, 30, 20]
    assert len(said["hidden"]["top"]) == 5


def test_a_video_is_told_frame_by_frame_as_video_and_table(film, told, tmp_path):
    film(tmp_path / "talk.mp4", frames=3, rate=3)
    asked = ["--rate", "3", "--noise", "rain", "--severity", "2", "--device", "cpu", "--json"]
    said = told("film", "talk.mp4", *asked, "--out", "out/told.mp4", "--csv", "frames.csv")
    assert (said["frames"], said["seconds"], said["of_seconds"]) == (3, 1.0, 1.0)
    assert [one["noise"] for one in said["answers"]] == ["clean", "rain"]
    assert [sum(one["frames"].values()) for one in said["answers"]] == [3, 3]
    assert (tmp_path / "out" / "told.mp4").read_bytes()[4:8] == b"ftyp"
    head, *rows = (tmp_path / "frames.csv").read_text(encoding="utf-8-sig").splitlines()
    assert head == "frame,seconds,run,noise,severity,class,confidence"
    assert len(rows) == 6
    assert sorted(path.name for path in tmp_path.iterdir()) == ["frames.csv", "out", "talk.mp4"]


def test_the_whole_way_from_pictures_to_accuracy(tmp_path, photo, told, refused, capsys):
    rng = np.random.default_rng(1)
    for label, level in (("dark", 60), ("light", 190)):
        for number in range(12):
            picture = rng.normal(level, 20, (32, 32, 3)).clip(0, 255).astype(np.uint8)
            (tmp_path / "set" / label).mkdir(parents=True, exist_ok=True)
            write_png(tmp_path / "set" / label / f"{number}.png", picture)
    (tmp_path / "set" / "dark" / "broken.png").write_text("no picture")

    assert main(["data", "import", "set", "--name", "levels", "--size", "32"]) == 0
    assert "broken.png" in capsys.readouterr().err
    (about,) = told("data", "list", "--json")
    assert (about["name"], about["images"], about["classes"]) == ("levels", 24, ["dark", "light"])
    assert sum(about["splits"].values()) == 24
    assert about["size"] == 32
    assert "levels" in refused("data", "import", "set", "--name", "levels")

    over = ["--mix", "fog:0.8:1-5", "--mix", "pca:0.8:1-5"]
    assert "between 0 and 1" in refused("train", "--data", "levels", *over)
    run = told(
        *[
            "train",
            "--data",
            "levels",
            "--model",
            "small_cnn",
            "--epochs",
            "2",
            "--mix",
            "gaussian_noise:0.5:1-3",
        ],
        *["--name", "first", "--device", "cpu", "--json"],
    )
    assert run["name"] == "first"

    earlier = {"created": 1.0, "draws": DRAWS, "images": about["splits"]["test"], "table": run["table"]}
    earlier |= {"noises": ["rain"], "severities": [1], "versions": {"torch": "1.0"}}
    write_json(Workspace.open().run_folder(run["run"]).evaluation("earlier").facts, earlier)
    assert main(["evaluate", "first", "--noises", "fog,pca", "--severities", "1-2", "--json"]) == 0
    out, err = capsys.readouterr()
    assert "other versions (PyTorch 1.0, " in err, "a page shows both tests as one"
    found = json.loads(out)
    cells = found["cells"]
    assert [(cell["noise"], cell["severity"]) for cell in cells] == [
        ("clean", 0),
        ("fog", 1),
        ("fog", 2),
        ("pca", 1),
        ("pca", 2),
        ("resaved_jpeg", 1),
        ("resaved_scaled", 1),
    ]
    for cell in cells:
        assert cell["images"] == about["splits"]["test"]
        assert cell["accuracy"] == cell["right"] / cell["images"]
        assert 0 <= cell["low"] <= cell["accuracy"] <= cell["high"] <= 1

    said = told("explain", photo, "--run", run["run"], "--class", "dark", "--json")
    assert said["target_class"] == "dark"
    assert {entry["class"] for entry in said["top"]} == {"dark", "light"}

    jobs = told("jobs", "--json")
    assert [(job["kind"], job["state"]) for job in jobs] == [
        ("evaluate", "done"),
        ("train", "done"),
        ("import", "done"),
    ]
    assert "already ended" in refused("jobs", "cancel", jobs[0]["id"])


def _as_from_a_terminal():
    """The tests themselves may run under nohup, whose deafness is handed on."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def interrupted(
    home: Path, *arguments: str, by: str = "SIGINT", starter: tuple[str, ...] = ()
) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a command that gets Ctrl-C once its job works.

    Args:
        by: the signal, where it is another one.
        starter: the command that starts it.
    """
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    pipe = subprocess.PIPE
    command = [*starter, sys.executable, "-m", "core", *arguments]
    process = subprocess.Popen(
        command,
        env=environment,
        stdout=pipe,
        stderr=pipe,
        text=True,
        preexec_fn=_as_from_a_terminal,
    )
    workspace = Workspace.open(home)
    while not any(job.state == "running" for job in list_jobs(workspace, active=True)):
        assert process.poll() is None
        time.sleep(0.02)  # what it waits for wants the core, too
    workspace.close()
    process.send_signal(getattr(signal, by))
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")
@pytest.mark.parametrize("by", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_ctrl_c_kill_and_a_terminal_that_closes_cancel_and_leave_nothing(home, by):
    made = interrupted(home, "data", "make", "faces", "--images", "50000", "--size", "128", by=by)
    assert made == (1, "", "Cancelled.\n")
    assert list((home / "data").iterdir()) == []
    assert list((home / "jobs").glob("*/staging")) == []


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")
def test_nohup_keeps_a_command_running_when_its_terminal_closes(home):
    made = interrupted(home, "data", "make", "digits", by="SIGHUP", starter=("nohup",))
    assert made[0] == 0


@pytest.mark.skipif(torch.cuda.is_available(), reason="needs a machine without a CUDA card")
def test_a_training_that_asks_for_a_card_that_is_not_there_stores_no_run(home, tiny_data_set, refused):
    assert "CUDA" in refused("train", "--data", tiny_data_set.id, "--model", "small_cnn", "--device", "cuda")
    assert not any((home / "runs").glob("*"))


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")
def test_ctrl_c_cancels_training_and_import_too(home, tmp_path, told, film):
    told("data", "make", "faces", "--images", 100, "--size", 32, "--json")
    first = film(tmp_path / "films" / "a" / "0.mp4", frames=1000)
    for place in range(1, 12):
        copy = tmp_path / "films" / "ab"[place % 2] / f"{place}.mp4"
        copy.parent.mkdir(exist_ok=True)
        shutil.copy(first, copy)
    shutil.make_archive("films", "gztar", "films")
    kept = sorted(path.name for path in (home / "data").iterdir())
    for command in (
        ("train", "--data", "faces", "--model", "small_cnn", "--epochs", "1000", "--device", "cpu"),
        ("data", "import", "films.tar.gz", "--name", "c", "--frames-per-second", "10"),
    ):
        code, out, err = interrupted(home, *command)
        assert (code, out, err.splitlines()[-1]) == (1, "", "Cancelled.")
    assert [job["state"] for job in told("jobs", "--json")] == ["cancelled", "cancelled", "done"]
    assert sorted(path.name for path in (home / "data").iterdir()) == kept
    assert list((home / "jobs").glob("*/staging")) == []


@pytest.mark.whole
@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")
def test_ctrl_c_cancels_evaluation_and_an_import_of_pictures_too(home, tmp_path, told):
    told("data", "make", "faces", "--images", 100, "--size", 32, "--json")
    run = told("train", "--data", "faces", "--epochs", 1, "--name", "short", "--device", "cpu", "--json")
    for label in ("a", "b"):
        (tmp_path / "set" / label).mkdir(parents=True)
        for number in range(60):
            write_png(tmp_path / "set" / label / f"{number}.png", PHOTO.repeat(40, 0).repeat(40, 1))
    for command in (("evaluate", "short", "--noises", "all"), ("data", "import", "set", "--name", "b")):
        assert interrupted(home, *command) == (1, "", "Cancelled.\n")
    assert not (home / "runs" / run["run"] / "evaluations").exists()
    assert list((home / "jobs").glob("*/staging")) == []
