"""Predictions made elsewhere, taken back as a run of their own: all of them, or none. No torch."""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.brought.pack import SPLIT, Pack, read_pack
from core.errors import NotFound, PredictionsDoNotFit
from core.evaluation.answers import write_answers, write_groups
from core.evaluation.predictions import EVALUATION_SEED, schema
from core.evaluation.versions import versions_now
from core.files import write_json, writing
from core.limits import MAX_CSV_BYTES
from core.runs.evaluations import Facts, register_evaluation
from core.runs.recipe import Recipe
from core.runs.runs import NewRun, Origin, Run, Summary, create_runs, delete_run, open_run, save_summary
from core.store import Workspace, new_id
from core.words import Text, fill_text

KEYS = ["image", "noise", "severity"]
SCHEMA = pa.schema([field for field in schema((1, 1)) if not field.name.startswith("map")])
SUM = 0.01
"""How far the probabilities of a row may be from 1 in all: what people round to two digits."""


def read_answers(path: Path, pack: Pack) -> pd.DataFrame:
    """The rows of a table of answers as the predictions table has them, without maps: image (of the data set), noise, severity,
    truth, prediction, confidence, probabilities.

    Raises:
        PredictionsDoNotFit: it says what is wrong, with counts.
    """
    rows = _table(path)
    lacking = [name for name in KEYS if name not in rows]
    if lacking:
        raise _misfit(
            path, Text(en="it has no column {names}", ko="{names} 열이 없습니다"), names=", ".join(lacking)
        )
    classes = pack.data_set.classes
    rows["image"] = _whole(path, rows, "image")
    rows["severity"] = _whole(path, rows, "severity")
    rows["noise"] = rows["noise"].astype(str)
    expected = pd.MultiIndex.from_tuples(
        [(image, noise, level) for noise, level in pack.cells for image in range(len(pack.numbers))],
        names=KEYS,
    )
    given = pd.MultiIndex.from_frame(rows[KEYS])
    if twice := int(given.duplicated().sum()):
        raise _misfit(
            path,
            Text(en="{n} rows answer a picture once more", ko="같은 사진에 두 번 답한 행이 {n}개 있습니다"),
            n=twice,
        )
    if unknown := len(given.difference(expected)):
        raise _misfit(
            path,
            Text(
                en="{n} rows are of pictures that the pack has not",
                ko="꾸러미에 없는 사진의 행이 {n}개 있습니다",
            ),
            n=unknown,
        )
    if missing := len(expected.difference(given)):
        raise _misfit(
            path,
            Text(
                en="{n} of the pack's {of} pictures have no answer",
                ko="꾸러미의 사진 {of}장 가운데 {n}장의 답이 없습니다",
            ),
            n=missing,
            of=len(expected),
        )
    rows = rows.set_index(KEYS).loc[expected].reset_index()
    if "sha256" in rows:
        told = [pack.sha256.get((image, noise, level)) for image, noise, level in expected]
        other = int(
            (rows["sha256"].notna() & (rows["sha256"].astype(str).str.lower() != pd.Series(told))).sum()
        )
        if other:
            raise _misfit(
                path,
                Text(
                    en="{n} rows say that another file was read than the pack's",
                    ko="꾸러미의 파일과 다른 파일을 읽었다는 행이 {n}개 있습니다",
                ),
                n=other,
            )
    probabilities = _probabilities(path, rows, classes)
    numbers = pack.numbers[rows["image"].to_numpy()]
    return pd.DataFrame(
        {
            "image": numbers.astype(np.int32),
            "noise": rows["noise"],
            "severity": rows["severity"].astype(np.int8),
            "truth": np.asarray(pack.data_set.labels)[numbers].astype(np.int16),
            "prediction": probabilities.argmax(axis=1).astype(np.int16),
            "confidence": probabilities.max(axis=1),
            "probabilities": list(probabilities),
        }
    )


def _table(path: Path) -> pd.DataFrame:
    try:
        if path.stat().st_size > MAX_CSV_BYTES:
            raise ValueError(path.name)
        with path.open("rb") as file:
            parquet = file.read(4) == b"PAR1"
        found = (
            pq.read_table(path).to_pandas()
            if parquet
            else pd.read_csv(path, encoding="utf-8-sig", dtype={"class": str, "noise": str})
        )
    except (OSError, ValueError, pa.ArrowException, pd.errors.ParserError) as error:
        raise _misfit(
            path, Text(en="it is no table (CSV or Parquet)", ko="CSV나 Parquet 표가 아닙니다")
        ) from error
    return found.rename(columns=lambda name: str(name).strip())


def _whole(path: Path, rows: pd.DataFrame, name: str) -> "pd.Series[int]":
    numbers = pd.to_numeric(rows[name], errors="coerce")
    if bad := int((numbers.isna() | (numbers % 1 != 0)).sum()):
        said = Text(en="in {n} rows {name} is no whole number", ko="{name}이 정수가 아닌 행이 {n}개 있습니다")
        raise _misfit(path, said, n=bad, name=f'"{name}"')
    return numbers.astype(int)


def _probabilities(path: Path, rows: pd.DataFrame, classes: Sequence[str]) -> NDArray[np.float32]:
    """N,C: as they are given, or 1 for the class that is named."""
    if all(name in rows for name in classes):
        found = rows[list(classes)].apply(pd.to_numeric, errors="coerce").to_numpy(np.float64)
        off = (
            ~np.isfinite(found).all(axis=1)
            | (found < -SUM).any(axis=1)
            | (np.abs(found.sum(axis=1) - 1) > SUM)
        )
        if off.any():
            said = Text(
                en="in {n} rows the probabilities do not add up to 1",
                ko="확률의 합이 1이 아닌 행이 {n}개 있습니다",
            )
            raise _misfit(path, said, n=int(off.sum()))
        found = found.clip(0)
        return (found / found.sum(axis=1, keepdims=True)).astype(np.float32)
    if "class" not in rows:
        said = Text(
            en='it has neither a column "class" nor one for each of {names}',
            ko='"class" 열도, {names}의 확률 열도 없습니다',
        )
        raise _misfit(path, said, names=", ".join(classes))
    known = {name: number for number, name in enumerate(classes)}
    named = rows["class"].astype(str).str.strip().map(known)
    if named.isna().any():
        others = sorted(set(rows["class"][named.isna()].astype(str)))[:3]
        said = Text(
            en="{n} rows name other classes ({names})", ko="다른 클래스를 적은 행이 {n}개 있습니다({names})"
        )
        raise _misfit(path, said, n=int(named.isna().sum()), names=", ".join(others))
    return np.eye(len(classes), dtype=np.float32)[named.to_numpy(int)]


def _misfit(path: Path, why: Text, **values: object) -> PredictionsDoNotFit:
    return PredictionsDoNotFit(name=path.name, why=fill_text(why, **values))


@dataclass(frozen=True)
class Taken:
    """What was taken."""

    run: Run
    rows: int
    images: int
    cells: int


def bring_predictions(workspace: Workspace, path: Path, pack_path: Path, name: str) -> Taken:
    """Answers to a pack as a run with its test.

    Raises:
        As `read_pack` and `read_answers`; NotFound; BadName, CannotWrite, DiskFull: nothing of it is here then.
    """
    for one in (path, pack_path):
        if not one.is_file():
            raise NotFound(name=str(one))
    pack = read_pack(workspace, pack_path)
    rows = read_answers(path, pack)
    data_set = pack.data_set
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    origin = Origin(kind="predictions", source=path.name, format="table", sha256=digest, split=SPLIT)
    recipe = Recipe(data_set.id, data_set.card.fingerprint, model="", epochs=0)
    (run,) = create_runs(workspace, [NewRun(name, recipe, rename=True, origin=origin)])
    try:
        summary = Summary(
            data_set=data_set.name,
            classes=data_set.classes,
            class_labels=data_set.class_labels,
            size=data_set.size,
            table=pack.table,
        )
        facts = Facts(
            id=new_id(),
            created=time.time(),
            run_id=run.id,
            split=SPLIT,
            data_fingerprint=data_set.card.fingerprint,
            weights_fingerprint=digest,
            table=pack.table,
            seed=EVALUATION_SEED,
            noises=pack.noises,
            severities=pack.severities,
            images=len(pack.numbers),
            classes=data_set.classes,
            class_labels=data_set.class_labels,
            maps=False,
            map_shape=(0, 0),
            draws=pack.draws,
            versions=versions_now(),
        )
        folder = run.folder.evaluation(facts.id)
        with writing(folder.path):
            folder.path.mkdir(parents=True)
            table = pa.Table.from_pandas(rows, SCHEMA, preserve_index=False)
            pq.write_table(
                table, folder.predictions, compression="zstd", use_dictionary=["noise", "severity"]
            )
        write_json(folder.facts, facts.to_json())
        if data_set.groups is not None:
            write_groups(folder, pack.numbers, data_set.groups)
        write_answers(folder)
        register_evaluation(workspace, facts)
        save_summary(workspace, run.id, summary)
    except BaseException:
        delete_run(workspace, run)
        raise
    return Taken(open_run(workspace, run.id), len(rows), len(pack.numbers), len(pack.cells))
