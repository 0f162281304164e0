"""Records of another version."""

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from core.brought.export import ExportPayload
from core.brought.job import BringPayload
from core.brought.pack import ChallengePayload
from core.data.builtin.job import MakePayload
from core.data.dataset import Card
from core.data.imports import ImportPayload
from core.data.named.job import FetchPayload
from core.data.review.acceptance import AcceptPayload
from core.data.review.resplit import ResplitPayload
from core.errors import NotUnderstood, UnknownName
from core.evaluation.features_job import FeaturesPayload
from core.evaluation.fourier_job import SpectrumPayload
from core.evaluation.job import EvaluatePayload
from core.films.job import FilmPayload
from core.jobs.kinds import KINDS
from core.records import Record, filled
from core.reports.job import ReportPayload
from core.runs.evaluations import Facts
from core.runs.recipe import Recipe
from core.runs.runs import Summary
from core.store import ROOT
from core.studies.demo import StudyPayload
from core.training.distances_job import DistancesPayload
from core.training.job import TrainPayload
from core.training.rate_job import RatePayload
from core.words import Text

NEWER: dict[str, Any] = {
    "data_set_id": "d",
    "data_set_fingerprint": "f",
    "model": "small_cnn",
    "mix": [{"noise": "fog", "probability": 0.5, "lowest": 1, "highest": 5}],
    "epochs": 3,
    "warmup": ["flip"],
}


def test_a_recipe_of_another_version_is_read_filled_in_and_written_back_as_it_came() -> None:
    recipe = Recipe.read(NEWER)
    recipe.check()
    assert (recipe.epochs, recipe.seed, recipe.mix.noises) == (3, 0, ["fog"])
    assert recipe.to_json() | NEWER == recipe.to_json()


@pytest.mark.parametrize(
    "value", [None, [], {}, {"mix": None}, {"mix": [1, {"noise": 3}]}, {"kept": 1, "epochs": "x"}]
)
def test_no_recipe_is_so_odd_that_it_cannot_be_read(value: Any) -> None:
    recipe = Recipe.read(value)
    assert recipe.to_json() | (value or {}) == recipe.to_json()
    assert Recipe.read(recipe.to_json()) == recipe


@pytest.mark.parametrize(
    ("change", "error", "names"),
    [
        ({"model": "gone"}, UnknownName, "gone"),
        ({"mix": [{"noise": "gone", "probability": 0.5, "lowest": 1, "highest": 5}]}, UnknownName, "gone"),
        ({"epochs": "many"}, NotUnderstood, "many"),
        ({"mix": [{"noise": "fog", "how": "new"}]}, NotUnderstood, "new"),
    ],
)
def test_what_a_recipe_cannot_be_run_for_is_named(change: Any, error: type[Exception], names: str) -> None:
    recipe = Recipe.read(NEWER | change)
    with pytest.raises(error, match=names):
        recipe.check()


def test_a_record_keeps_what_it_says_and_is_filled_in_where_it_says_nothing_that_fits() -> None:
    said = filled({"new": 1, "size": "wide", "rate": 1}, {"size": 32, "rate": 0.5, "names": []})
    assert said == {"new": 1, "size": 32, "rate": 1, "names": []}
    assert filled(None, {"size": 32}) == {"size": 32}


@dataclass(frozen=True)
class Box(Record):
    size: int = 32
    rate: float | None = None
    names: list[str] = field(default_factory=list)
    window: tuple[int, int] | None = None
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    label: Text | None = None
    inner: "Box | None" = None


def test_a_typed_record_is_read_and_written_back_as_it_came() -> None:
    said = {
        "size": 64,
        "rate": 1,
        "names": ["a"],
        "window": [1, 2],
        "counts": {"train": {"a": 1}},
        "label": {"en": "a", "ko": "b"},
        "inner": {"size": 1, "newer": 2},
        "newer": [1],
        "kept": 3,
    }
    box = Box.read(said)
    assert (box.size, box.window, box.inner and box.inner.size) == (64, (1, 2), 1)
    assert box.kept == {"newer": [1], "kept": 3}
    written = json.loads(json.dumps(box.to_json()))
    assert written["inner"] | {"size": 1, "newer": 2} == written["inner"]
    assert written | {"inner": said["inner"]} == said
    assert list(Box().to_json()) == ["size", "rate", "names", "window", "counts", "label", "inner"]


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        "x",
        {"size": "wide"},
        {"size": True},
        {"size": None},
        {"rate": "x"},
        {"names": [1]},
        {"window": [1]},
        {"window": [1, "x"]},
        {"counts": {"train": 3}},
        {"label": {"en": "a"}},
        {"label": "a"},
        {"inner": 1},
    ],
)
def test_what_is_not_of_its_kind_is_kept_and_the_default_stands_for_it(value: Any) -> None:
    box = Box.read(value)
    assert replace(box, kept={}) == Box()
    assert box.kept == (value if isinstance(value, dict) else {})
    assert box.to_json() | box.kept == box.to_json()


PAYLOADS: dict[str, tuple[type[Record], list[str]]] = {
    "make": (MakePayload, ["kind", "size", "name", "seed", "images"]),
    "import": (
        ImportPayload,
        [
            *["name", "size", "seed", "how", "face", "source", "delete_source", "review", "csv", "frames"],
            *["decisions", "as_proposed"],
        ],
    ),
    "fetch": (
        FetchPayload,
        [
            *["name", "size", "seed", "how", "face", "source", "review", "folder", "columns", "most"],
            *["decisions", "as_proposed"],
        ],
    ),
    "accept": (AcceptPayload, ["waiting", "decisions", "name"]),
    "resplit": (ResplitPayload, ["data_set_id", "name", "seed"]),
    "train": (TrainPayload, ["run_id", "evaluate", "about"]),
    "range_test": (RatePayload, ["data_set_id", "recipe", "about"]),
    "evaluate": (EvaluatePayload, ["run_id", "noises", "severities", "about", "device"]),
    "export": (ExportPayload, ["run_id", "to"]),
    "film": (FilmPayload, ["film_id", "run_ids", "wish", "about"]),
    "report": (ReportPayload, ["run_ids", "language", "form", "interactive", "pictures", "tests"]),
    "bring": (BringPayload, ["source", "data_set_id", "delete_source", "model", "classes", "name"]),
    "challenge": (ChallengePayload, ["data_set_id", "noises", "severities", "images", "out"]),
    "spectrum": (SpectrumPayload, ["run_id", "images", "detail", "device"]),
    "features": (FeaturesPayload, ["run_id", "noise", "severity"]),
    "distances": (DistancesPayload, ["run_id", "noises"]),
    "study": (StudyPayload, ["study_id", "demo", "plan"]),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_job_has_a_payload_that_other_versions_can_read(kind: str) -> None:
    record, keys = PAYLOADS[kind]
    assert list(record().to_json()) == keys, "a job that an older version queued has these keys"
    odd = dict.fromkeys(keys, object()) | {"newer": 1}
    assert record.read(odd).to_json() | odd == record.read(odd).to_json()


def test_the_jobs_of_every_version_are_written_back_to_the_letter() -> None:
    for file in (ROOT / "tests" / "workspaces").glob("*/noiselens.sqlite3"):
        with closing(sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)) as database:
            jobs = database.execute("SELECT kind, payload FROM jobs").fetchall()
        assert jobs
        for kind, payload in jobs:
            record = PAYLOADS[kind][0].read(json.loads(payload))
            assert record.kept == {}
            assert json.dumps(record.to_json()) == json.dumps(json.loads(payload))


@pytest.mark.parametrize(
    ("pattern", "kind"),
    [
        ("runs/*/summary.json", Summary),
        ("data/*/card.json", Card),
        ("runs/*/evaluations/*/evaluation.json", Facts),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_the_files_of_every_version_are_written_back_to_the_letter(pattern: str, kind: type[Record]) -> None:
    files = list((ROOT / "tests" / "workspaces").glob(f"*/{pattern}"))
    assert files
    for file in files:
        said = json.loads(file.read_text(encoding="utf-8"))
        record = kind.read(said)
        assert record.kept == {}
        written = {name: value for name, value in record.to_json().items() if name in said}
        assert json.dumps(written) == json.dumps(said), "the same values, in the same order"
