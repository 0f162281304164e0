"""The predictions table on disk: written while its rows come."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from core.errors import CannotWrite
from core.evaluation import predictions
from core.evaluation.predictions import PredictionsWriter, encode_maps, schema


def batch(start: int, count: int = 10) -> pa.RecordBatch:
    maps = encode_maps(np.arange(count * 16, dtype=np.float32).reshape(count, 4, 4) + start)
    columns = [
        np.arange(start, start + count),
        ["clean"] * count,
        [0] * count,
        [1] * count,
        [0] * count,
        [0.5] * count,
        [[0.5, 0.5]] * count,
        maps,
        maps,
        [None] * count,
    ]
    fields = schema((4, 4))
    arrays = [pa.array(values, type=column.type) for values, column in zip(columns, fields, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=fields)


def test_rows_are_on_disk_while_more_are_coming(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(predictions, "GROUP_BYTES", 2 * batch(0).nbytes)
    path = tmp_path / "rows.parquet"
    sizes = []
    with PredictionsWriter(path) as writer:
        for start in range(0, 100, 10):
            writer.add(batch(start))
            sizes.append(path.stat().st_size if path.exists() else 0)
    assert sizes[-1] > sizes[4] > sizes[1] > 0
    table = pd.read_parquet(path)
    assert table["image"].tolist() == list(range(100))
    assert (
        table["map"].iloc[57] == encode_maps(np.arange(112, 128, dtype=np.float32).reshape(1, 4, 4) + 50)[0]
    )


def test_a_disk_that_refuses_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CannotWrite), PredictionsWriter(tmp_path / "no folder" / "rows") as writer:
        writer.add(batch(0))
