"""The lines that training writes, epoch by epoch, as a table."""

import json
from contextlib import suppress

import pandas as pd

from core.folders import RunFolder


def read_metrics(folder: RunFolder) -> pd.DataFrame:
    """metrics.jsonl as a table, empty before the first line; half a line, and one of a kind that is not known, is left out.

    Columns: kind ("step" or "epoch"), epoch (float: epochs done), loss, accuracy, learning_rate, images_per_second, memory
    (bytes), and on "epoch" rows validation_loss, validation_accuracy, validation_noisy_loss, validation_noisy_accuracy;
    accuracy 0..1. Older files lack some.
    """
    if not folder.metrics.exists():
        return pd.DataFrame()
    rows = []
    for line in folder.metrics.read_text(encoding="utf-8").split("\n")[:-1]:
        with suppress(ValueError):
            row = json.loads(line)
            if isinstance(row, dict) and row.get("kind") in ("step", "epoch") and "epoch" in row:
                rows.append(row)
    return pd.DataFrame(rows)
