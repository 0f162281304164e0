"""The runs of one data set in a table, sorted as asked; what is ticked in it is runs, not places."""

import hashlib
import math
import time
import unicodedata
from collections.abc import Mapping, Sequence
from functools import partial

import pandas as pd
import streamlit as st

from core.evaluation.joined import JoinedEvaluation
from core.evaluation.metrics import clean_and_noisy
from core.evaluation.ranking import Common, common_test
from core.evaluation.versions import versions_sentence
from core.noise.catalogue import CLEAN
from core.runs.deleted import list_deleted
from core.runs.runs import Run
from core.words import Text, levels_text, plain
from pages.parts.address import asked, asked_of, asked_several
from pages.parts.choices import selectbox
from pages.parts.i18n import literal, say, t
from pages.parts.narrow import narrow_screen
from pages.parts.numbers import percent_format
from pages.parts.origin import mix_words, model_words, start_words
from pages.parts.progress import duration
from pages.parts.services.evaluations import cells_of
from pages.parts.services.workspace import workspace
from pages.parts.training.tidy import TICKED, TO_TICK, disk_words

SORTS = ("newest", "name", "clean", "noisy")
WIDE, NARROW = 160, 150
"""px, of a run's name on a computer's screen and on a phone's."""
RATE = {WIDE: 78, NARROW: 76}
"""px, of an accuracy beside it; the mean's head also says of how many noises it is one."""
MEAN = {WIDE: 120, NARROW: 120}
BOX = 360
"""px at most, of the box above the table, whose tools lie over its right end."""
STATE, MIX, DATE = 88, 112, 88
"""px, of how it stands with a run, its noises, its month, day and time: with these a laptop's table shows all of them."""
LETTERS = {WIDE: 21, NARROW: 18, MIX: 16}
"""That fit beside each other in a column so wide; a Korean one counts double."""
ROW, TWO_LINES, THREE_LINES = 36, 66, 72
"""px, of a row by the lines of its longest text: only above 64 px Streamlit breaks a text into lines."""
MANY, HIGH = 8, 570
"""Of so many runs the table is so high, px; what does not fit is scrolled."""


def data_set_names(runs: Sequence[Run], names: Mapping[str, str]) -> dict[str, str]:
    """What the data sets of runs are called, by id: of one that is gone its runs still know the name.

    Args:
        names: of the data sets that are there, by id.
    """
    used = {run.recipe.data_set_id: "" for run in runs}
    for run in runs:
        known = names.get(run.recipe.data_set_id) or (run.summary.data_set if run.summary else "")
        used[run.recipe.data_set_id] = known or used[run.recipe.data_set_id] or t("train.data_gone")
    return used


def choose_data_set(runs: Sequence[Run], used: Mapping[str, str]) -> str:
    """The data set whose runs are listed, with a box where runs have several; a new run brings its own to the front.

    Args:
        runs: newest first, at least one.
        used: names of their data sets, by id.
    """
    newest = runs[0]
    kind = Text(en="data set", ko="데이터 세트")
    known = {key: plain(name) for key, name in used.items()}
    labels = {run.id: run.label for run in runs}
    ticked = None if _say_deleted() else asked_several("train", "run", Text(en="run", ko="모델"), labels)
    if (back := st.session_state.pop(TO_TICK, None)) in labels:
        ticked = [back]
    wanted = asked_of("train", "of", kind, known)
    if ticked:
        st.session_state[TICKED] = ticked
        wanted = next(run.recipe.data_set_id for run in runs if run.id == ticked[0])
    if wanted is not None:
        st.session_state["train_past_newest"] = newest.id
        st.session_state["train_past_data"] = wanted
    if st.session_state.get("train_past_newest") != newest.id:
        st.session_state["train_past_newest"] = newest.id
        st.session_state["train_past_data"] = newest.recipe.data_set_id
    if st.session_state.get("train_past_data") not in used:
        st.session_state["train_past_data"] = newest.recipe.data_set_id
    if len(used) == 1:
        return newest.recipe.data_set_id
    return str(
        selectbox(
            t("train.past_data"),
            list(used),
            format_func=used.__getitem__,
            key="train_past_data",
            persist_state="session",
            width=BOX,
        )
    )


def _say_deleted() -> bool:
    """That the run of an old address has been deleted, where it can still be brought back; whether it was said."""
    wanted = asked("train", "run")
    found = [one for one in list_deleted(workspace()) if one.id == wanted] if wanted else []
    for one in found:
        st.info(t("runs.was_deleted", name=literal(say(one.label))), icon=":material/restore_from_trash:")
    return bool(found)


def tested_words(tests: Sequence[JoinedEvaluation], common: Common | None, ranked: bool) -> str:
    """What a run was tested on: "23 noises × 5"."""
    if not tests:
        return "–"
    newest = tests[0]
    even = len(newest.cells) == len(newest.noises) * len(newest.severities)
    if even and len(newest.severities) == 1:
        words = t("train.tested_on_one", n=len(newest.noises), severity=newest.severities[0])
    elif even:
        words = t("train.tested_on", n=len(newest.noises), levels=len(newest.severities))
    else:
        words = t("train.tested_cells", n=len(newest.noises), cells=len(newest.cells))
    words = words if newest.plain else t("train.tested_quick", cells=words, n=newest.images)
    return words if ranked or common is None else t("train.tested_apart", cells=words)


Rates = tuple[float | None, float | None]


def rates(test: JoinedEvaluation | None, common: Common | None) -> Rates:
    """Test accuracy in per cent, clean and on average over the noises of `common`; None where there is none.

    Args:
        test: of a run, the one that has its place in the column.
    """
    if test is None:
        return None, None
    clean, noisy = clean_and_noisy(cells_of(test), common.cells if common else ())
    return 100 * clean, None if noisy is None else 100 * noisy


def _lines(text: str, width: int) -> int:
    """In how many lines a text is broken in a column of `width` px."""
    letters = sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
    return -(-letters // LETTERS[width])


def _tick(key: str, ids: Sequence[str]) -> None:
    """Rows were ticked in a table of the runs `ids`, or let go; what is not in it stays as it was."""
    rows = st.session_state[key]["selection"]["rows"]
    elsewhere = [one for one in st.session_state.get(TICKED, []) if one not in ids]
    st.session_state[TICKED] = [*elsewhere, *(ids[row] for row in rows if row < len(ids))]


def _sorted(runs: Sequence[Run], sort: str, measured: Mapping[str, Rates]) -> list[Run]:
    """Runs by one of SORTS; what was not measured comes last."""
    if sort == "name":
        return sorted(runs, key=lambda run: say(run.label).casefold())
    if sort in ("clean", "noisy"):
        place = ("clean", "noisy").index(sort)
        rates = {run.id: measured[run.id][place] for run in runs}
        return sorted(runs, key=lambda run: math.inf if (rate := rates[run.id]) is None else -rate)
    return list(runs)


def run_table(
    runs: Sequence[Run], tests: Mapping[str, Sequence[JoinedEvaluation]], sort: str = SORTS[0]
) -> list[Run]:
    """The table, and what was tested below it; the runs in it that are ticked, in its order.

    Args:
        runs: of one data set, newest first, at least one.
        tests: of each run, by its id, newest first.
        sort: one of SORTS.
    """
    common = common_test(runs, tests)
    own = {run.id: tests.get(run.id, ()) for run in runs}
    told = {run.id: common.of(run, own[run.id]) if common else next(iter(own[run.id]), None) for run in runs}
    measured = {run_id: rates(test, common) for run_id, test in told.items()}
    runs = _sorted(runs, sort, measured)
    names = [say(run.label) for run in runs]
    mixes = [mix_words(run) for run in runs]
    dates = [time.localtime(run.created) for run in runs]
    one_year = {date.tm_year for date in dates} == {time.localtime().tm_year}
    columns: dict[str, Sequence[object]] = {
        "run": names,
        "state": [t(f"parts.state_{run.state}") for run in runs],
        "clean": [measured[run.id][0] for run in runs],
        "noisy": [measured[run.id][1] for run in runs],
        "mix": mixes,
        "when": [time.strftime("%m-%d %H:%M" if one_year else "%Y-%m-%d %H:%M", date) for date in dates],
        "tested": [tested_words(own[run.id], common, measured[run.id][1] is not None) for run in runs],
        "model": [model_words(run) for run in runs],
        "start": [start_words(run) for run in runs],
        "took": [duration(run.summary.seconds) if run.summary and not run.origin else "–" for run in runs],
    }
    if all(run.state == "done" for run in runs):
        del columns["state"]  # where nothing else is to be told, the date has its place
    noisy = t("train.column_noisy") if common is None else t("train.column_noisy_of", n=common.noises)
    heads = {name: noisy if name == "noisy" else t(f"train.column_{name}") for name in columns}
    table = pd.DataFrame({heads[name]: values for name, values in columns.items()})
    ids = [run.id for run in runs]
    ticked = [one for one in ids if one in st.session_state.get(TICKED, [])]
    places = [ids.index(one) for one in ticked]
    # Another list of runs is another table to Streamlit: a click means the run that it was made on, wherever that is by now.
    listed = hashlib.sha256(" ".join(ids).encode()).hexdigest()[:12]
    side, width = ("narrow", NARROW) if narrow_screen() else ("wide", WIDE)
    key = f"train_table_{side}_{listed}"
    per_cent = st.column_config.NumberColumn(format=percent_format(), width=RATE[width])
    lines = max(_lines(text, place) for place, texts in ((width, names), (MIX, mixes)) for text in texts)
    row = (ROW, ROW, TWO_LINES, THREE_LINES)[min(3, lines)]
    st.dataframe(
        table,
        hide_index=True,
        key=key,
        on_select=partial(_tick, key, ids),
        selection_mode="multi-row",
        selection_default={"selection": {"rows": places, "columns": [], "cells": []}},
        placeholder="–",
        row_height=row if lines > 1 else None,
        height=HIGH if len(runs) * row + ROW > HIGH and len(runs) >= MANY else "auto",
        column_config={
            heads["run"]: st.column_config.TextColumn(width=width),
            t("train.column_state"): st.column_config.TextColumn(width=STATE),
            heads["clean"]: per_cent,
            heads["noisy"]: st.column_config.NumberColumn(format=percent_format(), width=MEAN[width]),
            heads["mix"]: st.column_config.TextColumn(width=MIX),
            heads["when"]: st.column_config.TextColumn(width=DATE if one_year else None),
        },
        alt=t("train.past_alt"),
    )
    said = [t("train.past_hint")]
    if common is not None:
        apart = any(own[run.id] and measured[run.id][1] is None for run in runs)
        severities = levels_text(sorted({severity for _, severity in common.cells}))
        said.append(t("train.past_ranked", n=common.noises, severities=severities))
        said += [t("train.past_apart")] if apart else []
    st.caption(" ".join([*said, disk_words(runs)] if len(runs) > 1 else said))
    cells = {(CLEAN, 0), *(common.cells if common else ())}
    if differ := versions_sentence(part for test in told.values() if test for part in test.giving(cells)):
        st.caption(f":material/info: {literal(say(differ))}")
    return [run for run in runs if run.id in ticked]
