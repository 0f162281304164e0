"""Evaluations in the workspace: listed, opened, read. No torch."""

import math
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd
import pyarrow.parquet as pq
from sqlalchemy import select

from core.errors import UnknownName
from core.files import write_json
from core.folders import EvaluationFolder
from core.noise.catalogue import CLEAN, RESAVED_SEVERITY, Cell
from core.noise.stack import DRAWS, draws_now
from core.records import Record, labels_of
from core.runs.mode import Gain, Mode
from core.store import Workspace, add_row
from core.tables import EvaluationRow
from core.words import Text


@dataclass(frozen=True)
class Facts(Record):
    """What an evaluation tested and on what: evaluation.json."""

    id: str = ""
    created: float = 0.0
    run_id: str = ""
    split: str = "test"
    mode: Mode = field(default_factory=Mode)
    """How it was made; its split is `split`."""
    data_fingerprint: str = ""
    """Of the data set as it was; "" where it does not say."""
    weights_fingerprint: str | None = None
    """Of the checkpoint as it was; None where it does not say."""
    table: str = "tiny_imagenet_c"
    """The severity table."""
    seed: int = 0
    noises: list[str] = field(default_factory=list)
    severities: list[int] = field(default_factory=list)
    resaved: list[str] = field(default_factory=list)
    """Rows that every test of an imported data set has besides: pictures saved again."""
    images: int = 0
    """How many pictures were shown in each cell."""
    classes: list[str] = field(default_factory=list)
    class_labels: list[Text] | None = None
    """What screens call them; None: as they are."""
    map_shape: tuple[int, int] | None = None
    """Height and width of its maps; None where it does not say."""
    maps: bool = True
    """They are there; not where they were dropped to free disk space."""
    classes_alone: bool = False
    """Its rows tell which class was named, and not how likely each was taken to be: answers that were made elsewhere."""
    draws: int = 1
    """core.noise.stack.DRAWS when it was made."""
    versions: dict[str, str] = field(default_factory=dict)
    """Of NoiseLens and its libraries, by key; empty where it does not say."""
    method: str = "grad-cam"
    """What made its maps: a key of core.explanation.methods."""
    passes: float = 1.0
    """Forward passes of the network that a picture took, its map included."""
    target_layer: str = ""
    seconds: float = 0.0
    processes: int = 0
    """That shared the work; 0 where it does not say."""
    device: str = "CPU"
    cells_fingerprint: str = ""
    """core.evaluation.cells.cells_fingerprint of its cells; "" where it does not say."""
    code: str = ""
    """Of that the part that the program's own code is."""
    reused: int = 0
    """Rows that were taken from earlier evaluations."""
    pictures: list[int] | None = None
    """The numbers of the pictures of a quick look; None: all of the split."""
    gain: Gain | None = None
    """What bfloat16 brought where it was tried."""
    sorted_by_class: bool = False
    """Batch norm was adapted to batches that are far less mixed than the pictures are: what it gives is not to be trusted."""

    @property
    def plain(self) -> bool:
        """As trained, on the whole test split."""
        return self.split == "test" and self.mode.plain

    @property
    def as_plain(self) -> bool:
        """`plain`, or a quick look at some of the same pictures."""
        return self.split == "test" and self.mode.as_plain


@dataclass(frozen=True)
class Evaluation:
    """One evaluation of a run."""

    id: str
    run_id: str
    created: float
    facts: Facts
    folder: EvaluationFolder

    @property
    def cells(self) -> list[Cell]:
        """What it was tested under besides clean, in the order in which it was."""
        grid = [(noise, level) for noise in self.facts.noises for level in self.facts.severities]
        return grid + [
            cell for noise in self.facts.resaved if (cell := (noise, RESAVED_SEVERITY)) not in grid
        ]

    @cached_property
    def classes(self) -> list[str]:
        """Their names; where it does not say, their numbers, as many as its rows tell of."""
        if self.facts.classes:
            return self.facts.classes
        rows = read_predictions(self, ["probabilities"], [(CLEAN, 0)])
        return [str(number) for number in range(max(map(len, rows["probabilities"]), default=0))]

    @property
    def class_labels(self) -> list[Text]:
        """What screens call the classes, in their order."""
        return labels_of(self.classes, self.facts.class_labels)

    @cached_property
    def map_shape(self) -> tuple[int, int]:
        """Height and width of its maps; where it does not say, they are square."""
        if self.facts.map_shape is not None:
            return self.facts.map_shape
        side = math.isqrt(pq.read_schema(self.folder.predictions).field("map").type.byte_width // 2)
        return side, side

    @property
    def draws(self) -> int:
        """core.noise.stack.DRAWS when it was made, or now where nothing has changed for its noises since: evaluations of
        one number saw the same noisy pictures."""
        return draws_now(self.facts.draws, self.facts.noises)

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
    return Evaluation(row.id, row.run_id, row.created, Facts.read(row.facts), folder)


def register_evaluation(workspace: Workspace, facts: Facts) -> Evaluation:
    """Enter a finished evaluation folder into the database."""
    row = {"id": facts.id, "run_id": facts.run_id, "created": facts.created, "facts": facts.to_json()}
    with workspace.session() as session:
        add_row(session, EvaluationRow, row)
    return _evaluation(workspace, EvaluationRow(**row))


def save_facts(workspace: Workspace, evaluation: Evaluation, facts: Facts) -> None:
    """Write evaluation.json anew, then its mirror in the database."""
    write_json(evaluation.folder.facts, facts.to_json())
    with workspace.session() as session:
        row = session.get(EvaluationRow, evaluation.id)
        if row is not None:
            row.facts = facts.to_json()


_LATER = ("map_true",)
"""Columns that files of earlier versions lack."""


def read_predictions(
    evaluation: Evaluation, columns: list[str] | None = None, cells: Collection[Cell] | None = None
) -> pd.DataFrame:
    """The predictions table; see `schema` for the columns.

    Args:
        columns: to read a few of them; maps are most of the file. One that came later than the file is None in each row.
        cells: to read the rows of these alone.
    """
    wanted = None
    if cells is not None:
        levels: dict[str, list[int]] = {}
        for noise, severity in cells:
            levels.setdefault(noise, []).append(severity)
        wanted = [[("noise", "==", noise), ("severity", "in", among)] for noise, among in levels.items()]
        wanted = wanted or [[("severity", "in", [-1])]]  # of no cell: no row
    path = evaluation.folder.predictions
    lacking = set(_LATER).intersection(columns or ())
    if lacking:
        lacking -= set(pq.read_schema(path).names)
    if columns is None or not lacking:
        return pd.read_parquet(path, columns=columns, filters=wanted)
    there = pd.read_parquet(path, columns=[one for one in columns if one not in lacking], filters=wanted)
    return there.assign(**dict.fromkeys(lacking))[columns]
