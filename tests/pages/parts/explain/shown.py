"""What Grad-CAM shows, and what a test of it alters."""

from collections.abc import Callable

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from streamlit.testing.v1 import AppTest

from core.runs.runs import Run

Open = Callable[..., AppTest]


def open_tab(at: AppTest) -> str:
    (label,) = [tab.label for tab in at.tabs if tab.children]
    return label.partition(" · ")[0]


def rewritten(run: Run, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    """Alter the predictions of the run's one evaluation."""
    (path,) = run.folder.path.glob("evaluations/*/predictions.parquet")
    table = pq.read_table(path)
    pq.write_table(pa.Table.from_pandas(change(table.to_pandas()), schema=table.schema), path)


def tiles(at: AppTest) -> dict[str, str]:
    """What the buttons below the small pictures are called, by picture."""
    return {
        str(button.key).removeprefix("explain_show_"): button.label
        for button in at.button
        if str(button.key).startswith("explain_show_")
    }
