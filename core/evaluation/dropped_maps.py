"""Attribution maps dropped from tests, so that the disk has room; every number stays. No torch."""

import os
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq

from core.evaluation.joined import JoinedEvaluation
from core.evaluation.predictions import MAPS
from core.files import folder_bytes, remove_folder, writing
from core.folders import EvaluationFolder
from core.runs.evaluations import list_evaluations, save_facts
from core.runs.runs import Run
from core.store import Workspace


def maps_bytes(workspace: Workspace, run: Run) -> int:
    """What the maps of a run's tests take on the disk, and what tests that did not come to their end have left."""
    kept = sum(_bytes(evaluation.folder) for evaluation in list_evaluations(workspace, run.id))
    return kept + folder_bytes(run.folder.cells)


def _bytes(folder: EvaluationFolder) -> int:
    about = pq.read_metadata(folder.predictions)
    groups = (about.row_group(number) for number in range(about.num_row_groups))
    chunks = (group.column(column) for group in groups for column in range(group.num_columns))
    return sum(one.total_compressed_size for one in chunks if one.path_in_schema in MAPS)


def drop_maps(workspace: Workspace, run: Run) -> None:
    """Take the maps out of all tests of a run; they can only be had again by testing again.

    Raises:
        CannotWrite, DiskFull: there is no room to write the rest anew; the file stays as it was.
    """
    remove_folder(run.folder.cells)  # of tests that did not come to their end
    for evaluation in list_evaluations(workspace, run.id):
        if not _bytes(evaluation.folder):
            continue
        rest = evaluation.folder.predictions.with_name("rest.parquet")
        try:
            _write_rest(evaluation.folder.predictions, rest)
            # The facts before the file: who reads them meanwhile asks for no maps.
            facts = replace(evaluation.facts, maps=False, map_shape=evaluation.map_shape)
            save_facts(workspace, evaluation, facts)
            with writing(evaluation.folder.predictions):
                os.replace(rest, evaluation.folder.predictions)
        finally:
            rest.unlink(missing_ok=True)


def _write_rest(predictions: Path, rest: Path) -> None:
    with pq.ParquetFile(predictions) as old, writing(rest):
        fields = old.schema_arrow
        for name in set(MAPS).intersection(fields.names):
            fields = fields.remove(fields.get_field_index(name))
        with pq.ParquetWriter(rest, fields, compression="zstd", use_dictionary=["noise", "severity"]) as new:
            for number in range(old.num_row_groups):
                new.write_table(old.read_row_group(number, columns=fields.names))


def with_maps(tests: list[JoinedEvaluation]) -> list[JoinedEvaluation]:
    """Of the tests of a run what still has maps."""
    kept = (tuple(part for part in one.parts if part.facts.maps) for one in tests)
    return [JoinedEvaluation(parts) for parts in kept if parts]
