"""Evaluated runs made by hand, for comparisons, evaluations in a workspace without a network, and a second measure."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from core.data.dataset import DataSet
from core.evaluation.answers import Answers
from core.evaluation.arms import EvaluatedRun
from core.evaluation.predictions import PredictionsWriter, encode_maps, schema
from core.files import write_json
from core.measure import Groups, Measure, Rows, Value
from core.noise.stack import DRAWS
from core.runs.evaluations import Evaluation, Facts, register_evaluation
from core.runs.runs import Run
from core.statistics import wilson
from core.store import Workspace, new_id
from core.words import plain


def stored_evaluation(
    workspace: Workspace,
    data_set: DataSet,
    run: Run,
    noises: Sequence[str],
    severities: Sequence[int],
    answer: Callable[[int, str, int], int],
    **facts: Any,
) -> Evaluation:
    """An evaluation of the data set's test pictures, as a job leaves it.

    Args:
        answer: (true class, noise, severity) to the class that is predicted.
        facts: in the place of, or beside, those that it has.
    """
    images = data_set.indices("test")
    rows = []
    for noise, severity in [("clean", 0), *[(noise, level) for noise in noises for level in severities]]:
        for index in images:
            truth = int(data_set.labels[index])
            prediction = answer(truth, noise, severity)
            (encoded,) = encode_maps(np.random.default_rng([int(index), severity]).normal(size=(1, 7, 7)))
            rows.append(
                {
                    "image": int(index),
                    "noise": noise,
                    "severity": severity,
                    "truth": truth,
                    "prediction": prediction,
                    "confidence": 0.75,
                    "probabilities": [0.75, 0.25] if prediction == 0 else [0.25, 0.75],
                    "map": encoded,
                    "map_reference": encoded,
                }
            )
    told = {
        "id": new_id(),
        "created": time.time(),
        "run_id": run.id,
        "split": "test",
        "table": data_set.table,
        "seed": 0,
        "noises": list(noises),
        "severities": list(severities),
        "images": len(images),
        "classes": data_set.classes,
        "map_shape": [7, 7],
        "draws": DRAWS,
        "target_layer": "features",
        "seconds": 1.0,
        "device": "CPU",
    } | facts
    folder = run.folder.evaluation(str(told["id"]))
    folder.path.mkdir(parents=True)
    with PredictionsWriter(folder.predictions) as writer:
        writer.add(pa.RecordBatch.from_pylist(rows, schema=schema((7, 7))))
    write_json(folder.facts, told)
    return register_evaluation(workspace, Facts.read(told))


def table(right: dict[tuple[str, int], int], images: int = 100) -> pd.DataFrame:
    """Predictions of two classes in which so many of the first pictures are right in each cell."""
    parts = []
    for (noise, severity), number in right.items():
        truth = np.arange(images) % 2
        wrong = np.arange(images) >= number
        parts.append(
            pd.DataFrame(
                {
                    "image": np.arange(images),
                    "noise": noise,
                    "severity": severity,
                    "truth": truth,
                    "prediction": np.where(wrong, 1 - truth, truth),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


CLEAN_RIGHT = {
    ("clean", 0): 90,
    ("gaussian_noise", 1): 70,
    ("gaussian_noise", 5): 50,
    ("fog", 1): 80,
    ("fog", 5): 60,
}
NOISE_RIGHT = {
    ("clean", 0): 88,
    ("gaussian_noise", 1): 88,
    ("gaussian_noise", 5): 86,
    ("fog", 1): 86,
    ("fog", 5): 84,
}
CLEAN_TRAINED = EvaluatedRun("a", "faces clean", plain("faces clean"), (), Answers.of(table(CLEAN_RIGHT)))
NOISE_TRAINED = EvaluatedRun(
    "b", "faces noisy", plain("faces noisy"), ("gaussian_noise",), Answers.of(table(NOISE_RIGHT))
)


def narrow(images: int, clean: int = 90, noisy: int = 60) -> EvaluatedRun:
    """A run tested on so many pictures, of which these per cent are right."""
    right = {("clean", 0): clean * images // 100, ("fog", 1): noisy * images // 100}
    return replace(CLEAN_TRAINED, answers=Answers.of(table(right, images=images)))


def misses(rows: Rows, classes: Sequence[str], groups: Groups | None) -> Value:
    """Of the pictures of the last class the share that is called something else."""
    of_it = rows["truth"] == len(classes) - 1
    wrong, n = int((of_it & (rows["prediction"] != rows["truth"])).sum()), int(of_it.sum())
    return Value(wrong / n if n else np.nan, *wilson(wrong, n), n)


# register it with monkeypatch.setitem(MEASURES.known, MISSED.key, MISSED)
MISSED = Measure(
    key="missed",
    name=plain("missed"),
    sentence=plain("Pictures of the last class that are called something else."),
    interval=plain("Wilson's."),
    of=misses,
    higher_is_better=False,
)
