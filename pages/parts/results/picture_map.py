"""The tab of the map of the pictures: where a run puts them without noise and with it; a dot that is pointed at shows its picture,
one that is clicked opens it."""

import base64
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from core.charts.drawing import noise_label
from core.charts.picture_map import picture_map
from core.data.dataset import DataSet
from core.errors import NoiseLensError
from core.evaluation.features_job import submit_features, takes
from core.evaluation.joined import JoinedEvaluation
from core.evaluation.picture_map import COLUMNS, SIDE, PictureMap, stored_features, stored_map
from core.jobs.job import Job
from core.jobs.queue import list_jobs
from core.noise.catalogue import CLEAN, Cell
from core.runs.runs import Run
from core.store import part_of_file
from core.words import rounded
from pages.parts.address import asked, keep
from pages.parts.choices import selectbox
from pages.parts.i18n import language, literal, say, t
from pages.parts.messages import show_error
from pages.parts.progress import job_cards, span
from pages.parts.results.chart import show_chart
from pages.parts.results.look import Look
from pages.parts.results.map_picture import choose_picture, open_large, picture_beside
from pages.parts.results.one_run import choose_one
from pages.parts.services.evaluations import predictions
from pages.parts.services.workspace import workspace
from pages.parts.theme import palette

_HOVER = "results_map_hover"
_hover = st.components.v2.component(
    "noiselens_hover", js=(Path(__file__).parent / "hover_files" / "hover.js").read_text(encoding="utf-8")
)


def pictures_map(look: Look) -> None:
    """The map of one run under one noise, or the button that measures what it needs."""
    if not look.comparison.noises:
        st.info(t("findings.map_no_noise"), icon=":material/info:")
        return
    place = choose_one(look, "map_run")
    (run, test), data_set = look.chosen[place], look.pictures[place]
    if not isinstance(data_set, DataSet) or not run.folder.checkpoint.exists() or run.graph:
        st.info(t("findings.map_gone"), icon=":material/info:")
        return
    if not test.as_plain or not test.draws_as_now or test.table != data_set.table:
        st.info(t("findings.map_other"), icon=":material/info:")
        return
    cell = _choose_cell(look)
    found = stored_map(run, data_set, data_set.table, cell)
    if found is None:
        _measure(run, data_set, cell)
        return
    answers = _answers(test, found.images, cell)
    if answers is None:
        words = "findings.map_other" if test.plain else "findings.map_quick"
        st.info(t(words, n=test.images, pictures=len(found.images)), icon=":material/info:")
        return
    _sentence(run, found, answers, cell)
    left, right = st.columns([8, 3], gap="medium")
    with left:
        _chart(look, place, found, answers, cell)
    with right:
        image = choose_picture(found, answers, [say(label) for label in test.class_labels])
        picture_beside(look, place, data_set, image, cell)
    _hover(
        key=_HOVER,
        data=_sheet(found),
        on_opened_change=partial(_opened, found.images.tolist()),
    )
    st.caption(t("findings.map_caption", n=len(found.images)))


def _choose_cell(look: Look) -> Cell:
    """A noise and one of the severities that it was tested at; first the one that costs most, in the middle."""
    noises = list(look.comparison.noises)
    lost = look.comparison.arms[0].lost
    first = str(lost.sort_values("drop", ascending=False, kind="stable")["noise"].iloc[0])
    left, right = st.columns([3, 1])
    if (wanted := asked("results", "map_noise")) in noises:
        st.session_state["results_map_noise"] = wanted
    if st.session_state.get("results_map_noise") not in noises:
        st.session_state["results_map_noise"] = first
    with left:
        noise = str(
            selectbox(
                t("results.two_noise"),
                noises,
                format_func=lambda one: noise_label(one, language()),
                key="results_map_noise",
            )
        )
    levels = [str(level) for level in look.comparison.severities_of(noise)]
    if (level_wanted := asked("results", "map_severity")) in levels:
        st.session_state["results_map_severity"] = level_wanted
    if st.session_state.get("results_map_severity") not in levels:
        st.session_state["results_map_severity"] = levels[len(levels) // 2]
    with right:
        level = str(selectbox(t("results.severity"), levels, key="results_map_severity"))
    keep("results", map_noise=noise, map_severity=level)
    return noise, int(level)


def _measure(run: Run, data_set: DataSet, cell: Cell) -> None:
    def measuring() -> list[Job]:
        active = list_jobs(workspace(), active=True)
        return [job for job in active if job.makes("features") and job.subject.run_id == run.id]

    st.info(t("findings.map_none"), icon=":material/scatter_plot:")
    if measuring():
        job_cards("results_features", measuring)
        return
    cells = 1 + (stored_features(run, data_set, data_set.table, (CLEAN, 0)) is None)
    if st.button(
        t("findings.map_go", time=span(takes(run, data_set, cells))),
        icon=":material/scatter_plot:",
        type="primary",
        key="results_map_go",
    ):
        try:
            submit_features(workspace(), run, *cell)
        except NoiseLensError as error:
            show_error(error)
        else:
            st.rerun()


def _answers(test: JoinedEvaluation, images: NDArray[np.int64], cell: Cell) -> NDArray[np.int64] | None:
    """N,3: class, answer without noise, answer with it; None where the test lacks one of the pictures."""
    rows = predictions(test, ("image", "noise", "severity", "truth", "prediction"), [(CLEAN, 0), cell])
    clean = rows["noise"].astype(str) == CLEAN
    before, after = (rows[which].set_index("image") for which in (clean, ~clean))
    if not (set(images.tolist()) <= set(before.index) and set(images.tolist()) <= set(after.index)):
        return None
    columns = [before["truth"][images], before["prediction"][images], after["prediction"][images]]
    return np.stack([one.to_numpy(np.int64) for one in columns], axis=1)


def _sentence(run: Run, found: PictureMap, answers: NDArray[np.int64], cell: Cell) -> None:
    """How far noise moves the pictures, and whether those that became wrong moved further."""
    was, now = answers[:, 0] == answers[:, 1], answers[:, 0] == answers[:, 2]
    stayed, became = found.moved[was & now], found.moved[was & ~now]
    values = {"name": literal(say(run.label)), "noise": noise_label(cell[0], language()), "severity": cell[1]}
    said = t("findings.map_sentence", **values, moved=rounded(float(found.moved.mean()), 2))
    if len(stayed) and len(became):
        numbers = {"became": len(became), "stayed": len(stayed)}
        means = {"far": rounded(float(became.mean()), 2), "near": rounded(float(stayed.mean()), 2)}
        said += " " + t("findings.map_moved", **numbers, **means)
    st.markdown(said)


def _chart(look: Look, which: int, found: PictureMap, answers: NDArray[np.int64], cell: Cell) -> None:
    run, test = look.chosen[which]
    labels = [say(label) for label in test.class_labels]
    draw = partial(
        picture_map,
        palette(),
        found.images,
        found.clean,
        found.noisy,
        found.explained,
        answers,
        labels,
        language(),
    )
    show_chart(
        look.drawn(("map", run.id, *cell, len(found.images)), draw),
        "picture-map",
        t("findings.map_alt", name=say(run.label), noise=noise_label(cell[0], language())),
        partial(_table, run, found, answers),
        [look.comparison.arms[which]],
        file="_".join(["picture-map", part_of_file(run.name), cell[0], f"severity{cell[1]}"]),
    )


def _opened(images: list[int]) -> None:
    """A dot was clicked: its picture is opened."""
    place = st.session_state[_HOVER].get("opened")
    if isinstance(place, int) and 0 <= place < len(images):
        open_large(images[place])


def _sheet(found: PictureMap) -> dict[str, object]:
    """All pictures, clean and with noise, for the one that is pointed at."""
    sources = [f"data:image/jpeg;base64,{base64.b64encode(sheet).decode()}" for sheet in found.sheets]
    return {"side": SIDE, "columns": COLUMNS, "sources": sources}


def _table(run: Run, found: PictureMap, answers: NDArray[np.int64]) -> pd.DataFrame:
    """A row a picture: where it lies clean and with noise, and what it was read as."""
    columns = {
        f"{which}_{axis}": at[:, place]
        for which, at in (("clean", found.clean), ("noisy", found.noisy))
        for place, axis in enumerate("xy")
    }
    said = dict(zip(("truth", "read_clean", "read_noisy"), answers.T, strict=True))
    return pd.DataFrame({"run_id": run.id, "image": found.images, **columns, "moved": found.moved, **said})
