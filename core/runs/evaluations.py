"""Evaluations in the workspace: listed, opened, read. No torch."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import select

from core.errors import UnknownName
from core.noise.catalogue import Cell
from core.noise.stack import DRAWS
from core.records import filled
from core.store import EvaluationFolder, EvaluationRow, Workspace, add_row
from core.words import Text, plain

_FACTS: dict[str, Any] = {
    "split": "test",
    "table": "tiny_imagenet_c",
    "seed": 0,
    "noises": [],
    "severities": [],
    "images": 0,
    "classes": [],
    "map_shape": [1, 1],
    "target_layer": "",
    "seconds": 0.0,
    "versions": {},
}
"""What the facts of another version may lack."""


@dataclass(frozen=True)
class Evaluation:
    """One evaluation of a run."""

    id: str
    run_id: str
    created: float
    facts: dict[str, Any]
    """evaluation.json: id, created, run_id, split, data_fingerprint, weights_fingerprint, table, seed, noises,
    severities, images, classes, class_labels [Text], map_shape [h, w], target_layer, draws, versions {library: version}, seconds, device."""
    folder: EvaluationFolder

    @property
    def cells(self) -> list[Cell]:
        """What it was tested under besides clean, in the order in which it was."""
        return [(noise, level) for noise in self.facts["noises"] for level in self.facts["severities"]]

    @property
    def class_labels(self) -> list[Text]:
        """What screens call the classes, in their order."""
        return list(self.facts.get("class_labels") or map(plain, self.facts["classes"]))

    @property
    def map_shape(self) -> tuple[int, int]:
        height, width = self.facts["map_shape"]
        return int(height), int(width)

    @property
    def versions(self) -> dict[str, str]:
        """Of NoiseLens and its libraries, by key; empty where it does not say."""
        return {str(key): str(version) for key, version in self.facts["versions"].items()}

    @property
    def draws(self) -> int:
        """core.noise.stack.DRAWS when it was made: evaluations of one number saw the same noisy pictures."""
        return int(self.facts.get("draws", 1))

    @property
    def draws_as_now(self) -> bool:
        """Whether `noisy_picture` gives what the network was shown, and not another draw of the same noise."""
        return self.draws == DRAWS


def list_evaluations(workspace: Workspace, run_id: str | None = None) -> list[Evaluation]:
    """Every evaluation, or those of one run, newest first."""
    query = select(EvaluationRow).order_by(EvaluationRow.created.desc(), EvaluationRow.id.desc())
    if run_id is not None:
        query = query.where(EvaluationRow.run_id == run_id)
    with workspace.session() as session:
        rows = session.scalars(query).all()
    return [_evaluation(workspace, row) for row in rows]


def open_evaluation(workspace: Workspace, evaluation_id: str) -> Evaluation:
    """The evaluation of that id.

    Raises:
        UnknownName: there is none.
    """
    with workspace.session() as session:
        row = session.get(EvaluationRow, evaluation_id)
        if row is None:
            known = session.scalars(select(EvaluationRow.id)).all()
            raise UnknownName(Text(en="evaluation", ko="시험"), evaluation_id, known)
    return _evaluation(workspace, row)


def _evaluation(workspace: Workspace, row: EvaluationRow) -> Evaluation:
    folder = workspace.run_folder(row.run_id).evaluation(row.id)
    return Evaluation(
        row.id, row.run_id, row.created, filled(row.facts, _FACTS | {"run_id": row.run_id}), folder
    )


def register_evaluation(workspace: Workspace, facts: dict[str, Any]) -> Evaluation:
    """Enter a finished evaluation folder into the database."""
    row = {"id": facts["id"], "run_id": facts["run_id"], "created": facts["created"], "facts": facts}
    with workspace.session() as session:
        add_row(session, EvaluationRow, row)
    return _evaluation(workspace, EvaluationRow(**row))


def read_predictions(
    evaluation: Evaluation, columns: list[str] | None = None, cells: Collection[Cell] | None = None
) -> pd.DataFrame:
    """The predictions table; see `schema` for the columns.

    Args:
        columns: to read a few of them; maps are most of the file.
        cells: to read the rows of these alone.
    """
    wanted = None
    if cells is not None:
        levels: dict[str, list[int]] = {}
        for noise, severity in cells:
            levels.setdefault(noise, []).append(severity)
        wanted = [[("noise", "==", noise), ("severity", "in", among)] for noise, among in levels.items()]
        wanted = wanted or [[("severity", "in", [-1])]]  # of no cell: no row
    return pd.read_parquet(evaluation.folder.predictions, columns=columns, filters=wanted)
