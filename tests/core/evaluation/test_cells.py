"""Cells of evaluations: made once, shared among processes, found again after whatever ended them."""

import os
import shutil
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from subprocess import Popen
from typing import Any

import numpy as np
import pytest
import torch

from core.data.dataset import DataSet, open_data_set
from core.errors import Cancelled, NothingToAdapt
from core.evaluation import predict, sharing
from core.evaluation.adapting import adapted
from core.evaluation.cells import Piece
from core.evaluation.evaluate import evaluate_runs
from core.evaluation.helper_processes import Plan, watching
from core.evaluation.known_cells import left_to_make
from core.evaluation.networks_at_work import networks_at_work, work_of
from core.evaluation.parts import part_of, pictures_tested, sorted_by_class
from core.evaluation.predict import Asked, noise_for, predict_cell, predicted_of, shown_levels
from core.explanation.methods.grad_cam import GRAD_CAM
from core.files import read_json, write_json
from core.jobs.executors import this_process
from core.jobs.processes import started_at
from core.networks.checkpoint import save_checkpoint
from core.networks.network import Network, Preprocessing, fixed
from core.progress import Report, silent
from core.runs.entering import create_run
from core.runs.evaluations import Evaluation, list_evaluations, read_predictions
from core.runs.mode import Mode
from core.runs.recipe import Recipe
from core.runs.runs import Run
from core.store import ROOT, Workspace
from core.tables import DataSetRow
from core.words import Text
from models.registry import models
from tests.conftest import CallsOf
from tests.fake_card import fake_card

CPU = torch.device("cpu")
Evaluate = Callable[..., Evaluation]


def network_of(data_set: DataSet) -> Network:
    spec = models()["small_cnn"]
    torch.manual_seed(0)
    side = spec.input_size(data_set.size)
    module = spec.build(len(data_set.classes), side)
    return fixed(Network(spec, module, data_set.classes, data_set.size, side, Preprocessing.of(spec)), CPU)


@pytest.fixture
def tiny_data_set(workspace: Workspace, tiny_data_set: DataSet) -> DataSet:
    """As if it was drawn here: without the rows that an imported data set has besides, cells are easier to count."""
    card = replace(tiny_data_set.card, kind="textures")
    with workspace.session() as session:
        session.get_one(DataSetRow, tiny_data_set.id).card = card.to_json()
    return replace(tiny_data_set, card=card)


@pytest.fixture
def run(workspace: Workspace, tiny_data_set: DataSet) -> Run:
    """With the weights that chance gave it: what it answers is no matter here."""
    recipe = Recipe(tiny_data_set.id, tiny_data_set.card.fingerprint, "small_cnn", device="cpu")
    made = create_run(workspace, "tiny", recipe)
    save_checkpoint(made.folder.checkpoint, network_of(tiny_data_set))
    return made


@pytest.fixture
def evaluate(workspace: Workspace, run: Run) -> Evaluate:
    def evaluated(noises: list[str], report: Report = silent, **options: Any) -> Evaluation:
        staging = workspace.job_folder("test").staging
        (made,) = evaluate_runs(workspace, [run], noises, [1, 5], staging, report, "cpu", **options)
        return made

    return evaluated


def test_what_is_there_is_not_made_again_whatever_ended_the_evaluation_before(
    evaluate: Evaluate, workspace: Workspace, run: Run, calls_of: CallsOf
) -> None:
    made = calls_of((predict, "noisy_levels"))

    def batches() -> int:
        """Of noisy pictures, made since it was last asked: one a cell."""
        count = made["noisy_levels"]
        made.clear()
        return count

    def said(noises: list[str], mode: Mode | None = None, maps: bool = True) -> int:
        """Cells that are to be made, as it is told before."""
        data_set = open_data_set(workspace, run.recipe.data_set_id)
        left = left_to_make(workspace, run, data_set, noises, [1, 5], mode or Mode(), maps)
        assert len(left) == 1 + 2 * len(noises)
        return sum(images > 0 for images in left.values())

    assert said(["fog", "salt_pepper"]) == 5
    whole = evaluate(["fog", "salt_pepper"])
    assert said(["fog", "blend"]) == 2
    assert said(["fog"], maps=False) == said(["fog"], Mode(part=6)) == 0
    assert said(["fog"], Mode(precision="bf16")) == said(["fog"], Mode(adapt="bn")) == 3
    assert (batches(), whole.facts.reused, run.folder.cells.exists()) == (5, 0, False)
    more = evaluate(["fog", "blend"])
    assert (batches(), more.facts.reused) == (2, 3 * more.facts.images)
    fog = [read_predictions(one, cells=[("clean", 0), ("fog", 5)]) for one in (whole, more)]
    assert fog[0].equals(fog[1])
    assert not evaluate(["fog"], method=None).facts.maps
    assert batches() == 0  # what has maps has the numbers, too
    evaluate(["fog"], mode=Mode(precision="bf16"))
    assert batches() == 3

    def cut_off(share: float, step: Text | None = None) -> None:
        if step and "severity 5" in step["en"]:
            raise Cancelled

    with pytest.raises(Cancelled):
        evaluate(["pca", "snow"], cut_off)
    assert len(list_evaluations(workspace, run.id)) == 4
    assert [file.suffix for file in run.folder.cells.rglob("*.*")] == [".arrow"]  # and no claim
    batches()
    assert said(["pca"]) == 1
    evaluate(["pca"])
    assert batches() == 1  # severity 5: all else was there
    assert not run.folder.cells.exists()
    for one in list_evaluations(workspace, run.id):
        shutil.rmtree(one.folder.path)
    workspace.index()
    evaluate(["pca"])
    assert batches() == 3
    # Other weights are another network.
    other = network_of(open_data_set(workspace, run.recipe.data_set_id))
    with torch.no_grad():
        next(other.module.parameters()).add_(0.1)
    save_checkpoint(run.folder.checkpoint, other)
    assert said(["pca"]) == 3
    evaluate(["pca"])
    assert batches() == 3


def test_several_processes_share_the_cells_and_take_over_those_of_one_that_was_killed(
    workspace: Workspace, run: Run, tiny_data_set: DataSet, tmp_path: Path, calls_of: CallsOf
) -> None:
    noises = ["brightness", "contrast", "gaussian_noise", "pixelate", "salt_pepper"]
    plan = Plan([run.id], noises, [1, 2, 3, 4, 5], Mode(), "grad-cam", parent=this_process())
    write_json(tmp_path / "plan.json", plan.to_json() | {"mode": {}})
    at_work = networks_at_work(workspace, [run], tiny_data_set, Mode(), "grad-cam", "cpu")
    store = at_work[0].store
    indices = pictures_tested(tiny_data_set, Mode())
    assert store.claim(Piece("clean", 0, indices))  # whoever needs it waits, with what it has claimed
    command = [sys.executable, "-m", "core.evaluation.helper", str(tmp_path / "plan.json")]
    environment = os.environ | {"NOISELENS_HOME": str(workspace.root), "OMP_NUM_THREADS": "1"}
    helpers = [Popen(command, cwd=ROOT, env=environment) for _ in range(2)]

    def wait_until(done: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 60
        while not done():
            assert time.monotonic() < deadline
            assert all(helper.poll() is None for helper in helpers)
            time.sleep(0.01)

    def claims_of(helper: Popen[bytes]) -> list[str]:
        found = []
        for claim in store.folder.glob("*.claim"):
            with suppress(FileNotFoundError, ValueError):  # it is let go, or written, just now
                found += [claim.stem] * (read_json(claim)["pid"] == helper.pid)
        return found

    try:
        wait_until(lambda: all(map(claims_of, helpers)))
        helpers[0].kill()
        helpers[0].wait()
        left = claims_of(helpers[0])
        assert left
        store.give_up()
        work = work_of(at_work, tiny_data_set, noises, plan.severities, Mode(), silent)
        made = calls_of((predict, "noisy_levels"))
        work.finish()
        assert 0 < made["noisy_levels"] < work.missing
    finally:
        for helper in helpers:
            helper.kill()
            helper.wait()
    assert not [*store.folder.glob("*.claim")]
    assert set(left) <= store.names()
    clean = predicted_of(store.rows(("clean", 0), indices))
    for cell in [("clean", 0), *((noise, 3) for noise in noises)]:
        kept = store.rows(cell, indices).to_pandas()
        alone = predict_cell(at_work[0].asked, tiny_data_set, Piece(*cell, indices), clean).to_pandas()
        assert kept["prediction"].equals(alone["prediction"])
        np.testing.assert_allclose(
            np.stack(kept["probabilities"]), np.stack(alone["probabilities"]), atol=1e-6
        )


def test_a_helper_ends_with_the_process_that_it_works_for() -> None:
    gone = Popen([sys.executable, "-c", ""])
    started = started_at(gone.pid)
    report = watching(this_process() | {"pid": gone.pid, "started": started})
    gone.wait()
    with pytest.raises(Cancelled):
        keep_reporting(report)


def keep_reporting(report: Report) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        report(0.0)


def test_severities_made_together_are_what_each_is_alone_whatever_of_them_is_there_already(
    evaluate: Evaluate, workspace: Workspace, run: Run, monkeypatch: pytest.MonkeyPatch, calls_of: CallsOf
) -> None:
    def probabilities(one: Evaluation) -> np.ndarray:
        rows = read_predictions(one).sort_values(["noise", "severity", "image"])
        return np.stack(rows["probabilities"])

    noises = ["frost", "snow", "zoom_blur"]
    alone = probabilities(evaluate(noises))
    shutil.rmtree(run.folder.evaluations)
    workspace.index()
    monkeypatch.setattr(sharing, "SHARED_BY", 1)
    made = calls_of((predict, "noisy_levels"))

    def cut_off(share: float, step: Text | None = None) -> None:
        if step and "Snow" in step["en"]:
            raise Cancelled

    with pytest.raises(Cancelled):
        evaluate(noises, cut_off)
    assert len(list(run.folder.cells.rglob("frost.*.arrow"))) == 2
    assert not list(run.folder.cells.rglob("*.claim"))
    next(run.folder.cells.rglob("frost.5.*.arrow")).unlink()
    made.clear()
    together = evaluate(noises)
    assert made["noisy_levels"] == 3, "the two severities of a noise at once, and what was lost of frost"
    np.testing.assert_allclose(probabilities(together), alone, atol=1e-6)


def test_a_quick_look_is_part_of_the_whole_and_is_not_asked_again(
    evaluate: Evaluate, tiny_data_set: DataSet, calls_of: CallsOf
) -> None:
    labels = np.repeat([0, 1, 2], [60, 30, 10])
    for images in (10, 20, 40):
        part = part_of(labels, images)
        assert np.bincount(labels[part]).tolist() == [6 * images // 10, 3 * images // 10, images // 10]
        assert set(part) <= set(part_of(labels, images + 10))

    shown = calls_of((predict, "noisy_levels"))
    quick = evaluate(["fog"], mode=Mode(part=6))
    assert quick.facts.images == 6
    assert quick.facts.pictures == sorted(set(read_predictions(quick)["image"]))
    drawn: list[int] = []
    real = predict.noisy_levels

    def counted(data_set: DataSet, indices: Any, *rest: Any) -> Any:
        drawn.append(len(indices))
        return real(data_set, indices, *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(predict, "noisy_levels", counted)
        whole = evaluate(["fog"])
    assert shown["noisy_levels"] == 6
    assert drawn == [len(tiny_data_set.indices("test")) - 6] * 3
    rows = read_predictions(whole)
    kept = rows[rows["image"].isin(quick.facts.pictures)].reset_index(drop=True)
    assert kept.equals(read_predictions(quick))
    assert (
        read_predictions(evaluate(["fog"], mode=Mode(split="validation")))["image"]
        .isin(tiny_data_set.indices("validation"))
        .all()
    )


def test_what_is_said_of_a_picture_does_not_depend_on_those_beside_it(tiny_data_set: DataSet) -> None:
    asked, indices = Asked(network_of(tiny_data_set), Mode(), GRAD_CAM), tiny_data_set.indices("train")
    piece = Piece("gaussian_noise", 5, indices)
    clean = dict.fromkeys(indices.tolist(), 0)
    by_size = [predict_cell(asked, tiny_data_set, piece, clean, size).to_pandas() for size in (56, 7, 1)]
    probabilities = [np.stack(one["probabilities"]) for one in by_size]
    for found, values in zip(by_size, probabilities, strict=True):
        assert found["prediction"].equals(by_size[0]["prediction"])
        np.testing.assert_allclose(values, probabilities[0], atol=1e-6)


def test_adapted_batch_norm_mixes_the_statistics_of_training_and_of_the_batch_by_their_numbers(
    tiny_data_set: DataSet,
) -> None:
    network = network_of(tiny_data_set)
    norm = next(one for one in network.module.modules() if isinstance(one, torch.nn.BatchNorm2d))
    seen: list[torch.Tensor] = []
    norm.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0].detach().clone()))
    before = norm.running_mean.clone(), norm.running_var.clone()
    with adapted(network):
        network.logits(torch.tensor(tiny_data_set.images[:48]))
        own = seen[0].double()
        mean, var = own.mean((0, 2, 3)), own.var((0, 2, 3), correction=0)
        for kept, source, batch in ((norm.running_mean, before[0], mean), (norm.running_var, before[1], var)):
            expected = (16 * source + 48 * batch) / (16 + 48)
            np.testing.assert_allclose(kept, expected, rtol=1e-4)
    assert torch.equal(norm.running_mean, before[0])
    assert torch.equal(norm.running_var, before[1])  # and so each cell begins with it
    without = replace(network, module=torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(3072, 2)))
    with pytest.raises(NothingToAdapt), adapted(without):
        pass


def test_batches_that_are_sorted_by_class_are_warned_of(evaluate: Evaluate) -> None:
    by_chance, in_order = np.random.default_rng(0).integers(0, 4, 400), np.repeat(range(4), 100)
    found = [
        [sorted_by_class(labels, batch) for batch in (4, 100, 200, 400)] for labels in (by_chance, in_order)
    ]
    assert found == [[False] * 4, [True, True, True, False]]  # of 400 in one batch the order is no matter
    mixed, ordered = (evaluate(["fog"], mode=Mode(adapt=adapt, batch=4)) for adapt in ("bn", "bn-by-class"))
    assert (mixed.facts.sorted_by_class, ordered.facts.sorted_by_class) == (False, True)
    assert "in batches of 4: it has seen the test pictures" in mixed.facts.mode.words[0]["en"]
    tables = [read_predictions(one, ["image", "prediction"]) for one in (mixed, ordered)]
    assert tables[0]["image"].equals(tables[1]["image"])  # in the order of all tables


def changes(planes: torch.Tensor, clean: torch.Tensor) -> torch.Tensor:
    return planes.float() - clean.float()


def test_noise_that_is_drawn_where_the_network_is_is_the_processor_s_in_law_and_the_same_each_time(
    tiny_data_set: DataSet,
) -> None:
    card, asked = (Asked(network_of(tiny_data_set), mode, None) for mode in (Mode(noise_on="card"), Mode()))
    indices = tiny_data_set.indices("train")
    clean = torch.from_numpy(np.array(tiny_data_set.images[indices])).permute(0, 3, 1, 2).contiguous()

    def drawn(noise: str, severity: int) -> torch.Tensor:
        add = noise_for(tiny_data_set, card, noise, severity)
        assert add is not None
        return changes(add(clean, indices), clean)

    def made(noise: str, severity: int) -> torch.Tensor:
        (pictures,) = shown_levels(tiny_data_set, asked, noise, [severity], indices)
        return changes(torch.from_numpy(pictures).permute(0, 3, 1, 2), clean)

    for severity in (2, 5):
        assert (drawn("brightness", severity) - made("brightness", severity)).abs().max() <= 2
        spreads = [one.std() for one in (drawn("gaussian_noise", severity), made("gaussian_noise", severity))]
        assert float(spreads[0] / spreads[1]) == pytest.approx(1, abs=0.03)
    assert torch.equal(drawn("gaussian_noise", 3), drawn("gaussian_noise", 3))
    assert not torch.equal(drawn("gaussian_noise", 3), made("gaussian_noise", 3))
    mild, strong = (drawn("gaussian_noise", severity).flatten() for severity in (1, 5))
    assert torch.corrcoef(torch.stack([mild, strong]))[0, 1] > 0.8, "severity scales one draw"
    for noise in ("film_grain", "blend"):  # without a form there, and with a second picture
        assert noise_for(tiny_data_set, card, noise, 3) is None
        shown = [shown_levels(tiny_data_set, one, noise, [3], indices) for one in (card, asked)]
        assert np.array_equal(*shown)


def test_on_a_card_pictures_get_their_noise_without_waiting_for_it(
    tiny_data_set: DataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    indices = tiny_data_set.indices("test")
    spec = models()["small_cnn"]
    with fake_card(monkeypatch) as watched:
        with torch.device("cuda"):
            module = spec.build(2, 32)
        network = Network(spec, module, tiny_data_set.classes, 32, 32, Preprocessing.of(spec))
        asked = Asked(network, Mode(noise_on="card"), None)
        for noise in ("gaussian_noise", "fog", "contrast"):
            levels = shown_levels(tiny_data_set, asked, noise, [1, 5], indices)
            with watched:
                for severity, images in zip((1, 5), levels, strict=True):
                    add = noise_for(tiny_data_set, asked, noise, severity)
                    batch = asked._inputs(torch.from_numpy(np.array(images)), indices, add)
                    assert (batch.device.type, batch.shape) == ("cuda", (len(indices), 3, 32, 32))


def test_a_test_with_noise_drawn_on_the_card_goes_on_to_the_same_answers_and_stands_apart(
    evaluate: Evaluate, workspace: Workspace, run: Run
) -> None:
    mode = Mode(noise_on="card")
    whole = read_predictions(evaluate(["gaussian_noise", "film_grain"], mode=mode))
    shutil.rmtree(run.folder.evaluations)
    workspace.index()

    def cut_off(share: float, step: Text | None = None) -> None:
        if step and "Film grain" in step["en"]:
            raise Cancelled

    with pytest.raises(Cancelled):
        evaluate(["gaussian_noise", "film_grain"], cut_off, mode=mode)
    again = evaluate(["gaussian_noise", "film_grain"], mode=mode)
    assert again.facts.reused == 3 * again.facts.images
    assert read_predictions(again).equals(whole)
    assert not again.facts.mode.plain
    assert "graphics card" in again.facts.mode.words[0]["en"]
    alone = evaluate(["gaussian_noise", "film_grain"])
    assert alone.facts.reused == 0
    cells = [("clean", 0), ("film_grain", 5)]
    assert read_predictions(alone, cells=cells).equals(read_predictions(again, cells=cells))
    assert Mode.read(mode.to_json()) == mode
    assert "noise_on" not in Mode().to_json()
