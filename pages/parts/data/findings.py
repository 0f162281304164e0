"""Imports that wait for a decision: what the check found, what to do about it, accept or discard."""

from collections.abc import Mapping
from typing import Literal

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from core.data.dataset import SPLITS, unused_name
from core.data.intake.staging import Staged
from core.data.review.acceptance import AcceptPayload, discard, list_undecided, stored_by, submit_accept
from core.data.review.check import Checked
from core.data.review.decisions import touched
from core.data.review.findings import FINDINGS, Finding, spare
from core.data.review.outcome import Review
from core.data.summary import in_turn
from core.errors import NoiseLensError, TooLittleLeft
from core.jobs.job import Job
from core.jobs.queue import list_jobs
from pages.parts.asking import ask, confirm, is_asked
from pages.parts.choices import segmented_control
from pages.parts.data.begin import Begin
from pages.parts.how_sure import warn_of_few
from pages.parts.i18n import literal, say, t
from pages.parts.messages import show_error
from pages.parts.pictures import strip
from pages.parts.services.data import review_of_waiting
from pages.parts.services.workspace import workspace

SHOWN = 6
"""Example pictures of a finding."""
EXAMPLES = 16
"""Pictures of all classes in turn."""
MOST_LINES = 1_000
"""Files named of a finding."""
FILES_WIDTH = 660
"""px, of the list of them, so that its last column is seen beside most names."""


def waiting_cards(begin: Begin) -> None:
    """One card for each; `begin` starts the job that stores an accepted one."""
    tried: dict[str, Job] = {}
    for job in list_jobs(workspace()):
        if stored := stored_by(job):
            tried.setdefault(stored, job)
    for waiting_id in list_undecided(workspace()):
        last = tried.get(waiting_id)
        try:
            review = review_of_waiting(waiting_id)
        except NoiseLensError:
            continue  # somebody else has just decided
        _card(waiting_id, review, AcceptPayload.read(last.payload if last else None), begin)


def _card(
    waiting_id: str,
    review: Review,
    before: AcceptPayload,
    begin: Begin,
) -> None:
    """One import that waits.

    Args:
        before: what the job was asked that could not store it, whose choices stand.
    """
    staged, checked = review.staged, review.checked
    proposed = review.proposed()
    chosen = before.decisions
    with st.container(border=True, key=f"waiting_{waiting_id}"):
        st.markdown(f"### {t('data.waiting', name=literal(staged.name), images=f'{len(staged.names):,}')}")
        st.markdown(t(f"data.waiting_{_opening(staged, checked)}"))
        examples = st.container()
        decisions: dict[str, str] = {}
        for finding in checked.findings:
            if finding.choices:
                wanted, before_that = proposed[finding.kind], chosen.get(finding.kind)
                decisions[finding.kind] = _finding(
                    waiting_id, staged, checked, finding, wanted, before_that, decisions
                )
        with examples:
            strip(
                _as_stored(staged, decisions), _some(staged), t("data.strip_alt", name=staged.name), EXAMPLES
            )
        outcome = review.outcome(decisions)
        for one in outcome.imbalance if outcome.lack is None else []:
            st.markdown(f":material/info: {literal(say(one))} {literal(say(FINDINGS['imbalance'].why))}")
        for kind in ("alike", "spelt"):
            for finding in checked.findings:
                if finding.kind == kind:
                    st.markdown(
                        f":material/warning: **{literal(say(finding.said))}** {literal(say(finding.why))}"
                    )
        for note in (*staged.notes, *staged.split_notes):
            st.markdown(f":material/info: {literal(say(note))}")
        _left_out(waiting_id, staged)
        _shortcuts(checked)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            name = _name(waiting_id, before.name or staged.name)
            st.button(
                t("data.accept"),
                type="primary",
                icon=":material/check:",
                key=f"accept_{waiting_id}",
                disabled=outcome.lack is not None,
                on_click=_accept,
                args=(waiting_id, decisions, name, begin),
            )
            st.button(
                t("data.discard"),
                icon=":material/delete:",
                key=f"discard_{waiting_id}",
                on_click=ask,
                args=("discard", waiting_id),
            )
        if outcome.lack is None:
            counts = outcome.counts
            kept = sum(counts.values())
            said = t("data.waiting_after", n=f"{kept:,}", **{one: f"{counts[one]:,}" for one in SPLITS})
            if kept < len(staged.names):
                said += " " + t("data.waiting_out", n=f"{len(staged.names) - kept:,}")
            st.caption(said)
            warn_of_few(counts["test"], outcome.tested)
        else:
            st.warning(literal(say(TooLittleLeft(lack=outcome.lack).said)), icon=":material/block:")
        if is_asked("discard", waiting_id):
            confirm(
                "data_discard",
                t("data.discard_title", name=literal(staged.name)),
                t("data.discard_text", images=f"{len(staged.names):,}"),
                "data.discard",
                "data.keep",
                lambda: discard(workspace(), waiting_id),
            )
        refused = st.session_state.pop(f"refused_{waiting_id}", None)
        if refused is not None:
            show_error(refused)


def _opening(staged: Staged, checked: Checked) -> Literal["text", "told", "cheat", "clean"]:
    """Which sentence begins the card: one that does not call clean what is warned of below."""
    if any(finding.choices for finding in checked.findings):
        return "text"
    if checked.findings or staged.left_out:
        return "told"
    return "cheat" if any(probe.verdict == "far" for probe in checked.probes) else "clean"


def _some(staged: Staged) -> list[int]:
    """Examples of all classes in turn, spread over each."""
    each = -(-EXAMPLES // len(staged.classes))
    of_class = [np.flatnonzero(staged.labels == label) for label in range(len(staged.classes))]
    spread = [rows[np.linspace(0, len(rows) - 1, min(each, len(rows))).astype(int)] for rows in of_class]
    return in_turn(spread, EXAMPLES)


def _name(waiting_id: str, wanted: str) -> str:
    """What to call it: the name that was chosen, or a free one where that was taken meanwhile."""
    free = unused_name(workspace(), wanted)
    return st.text_input(
        t("data.name_as" if free == wanted else "data.name_taken", name=literal(wanted)),
        free,
        max_chars=80,
        key=f"name_{waiting_id}",
        persist_state="session",
        width=320,
    )


def _accept(waiting_id: str, decisions: dict[str, str], name: str, begin: Begin) -> None:
    try:
        review = review_of_waiting(waiting_id)
        begin(lambda: submit_accept(workspace(), waiting_id, decisions, name, review))
    except NoiseLensError as error:
        st.session_state[f"refused_{waiting_id}"] = error


def _finding(
    waiting_id: str,
    staged: Staged,
    checked: Checked,
    finding: Finding,
    proposed: str,
    chosen: str | None,
    decided: Mapping[str, str],
) -> str:
    """One finding with its pictures; what is to be done about it, at first as `chosen`, else as `proposed`.

    Args:
        decided: about the findings above it.
    """
    said = say(finding.said)
    words, pictures, control = st.columns([5, 4, 3], vertical_alignment="center", gap="medium")
    # Of each group some, so that the second class is seen too; a copy beside what it is a copy of.
    each = max(2, SHOWN // len(finding.groups))
    rows = [row for group in finding.groups[:SHOWN] for row in group[:each]]
    with words:
        st.markdown(f":material/warning: **{literal(said)}**")
        st.caption(literal(say(finding.why)))
        with st.popover(t("data.finding_files"), type="tertiary", key=f"files_{waiting_id}_{finding.kind}"):
            st.dataframe(
                _files(staged, finding),
                hide_index=True,
                width=FILES_WIDTH,
                column_config={
                    "#": st.column_config.NumberColumn(width=40),
                    t("data.if_dropped"): st.column_config.TextColumn(width=90),
                    t("data.original"): st.column_config.TextColumn(width=110),
                },
                alt=said,
            )
    with control:
        choice = str(
            segmented_control(
                t("data.choice"),
                finding.choices,
                default=chosen or proposed,
                required=True,
                key=f"decide_{waiting_id}_{finding.kind}",
                format_func=lambda key: t(f"data.choice_{key}"),
                label_visibility="collapsed",
                persist_state="session",
            )
            or proposed
        )
        effect = t(f"data.effect_{choice}", n=f"{touched(staged, checked, finding, choice):,}")
        st.caption(effect + (" " + t("data.proposed") if choice == proposed != finding.choices[0] else ""))
    with pictures:
        shown = _as_stored(staged, {**decided, finding.kind: choice})
        strip(shown, rows[:SHOWN], t("data.finding_alt", name=said), SHOWN)
    return choice


def _as_stored(staged: Staged, decisions: Mapping[str, str]) -> NDArray[np.uint8]:
    """The pictures as they would be stored: what a stretch does is seen."""
    return staged.images if decisions.get("levels") == "stretch" else staged.images_as_is


def _files(staged: Staged, finding: Finding) -> pd.DataFrame:
    """The files of a finding by group, up to MOST_LINES, and which of them dropping it takes."""
    lines: list[tuple[int, str, str, str, str]] = []
    for number, group in enumerate(finding.groups, 1):
        if len(lines) >= MOST_LINES:
            break
        going = set(spare(staged, finding.kind, group, staged.given))
        for row in group:
            after = t("data.goes" if row in going else "data.stays")
            side = f"{staged.facts['width'][row]} × {staged.facts['height'][row]}"
            lines.append((number, staged.names[row], staged.classes[staged.labels[row]], after, side))
    columns = ["#", t("data.file"), t("data.class"), t("data.if_dropped"), t("data.original")]
    files = pd.DataFrame(lines[:MOST_LINES], columns=columns)
    return files if "drop" in finding.choices else files.drop(columns=t("data.if_dropped"))


def _left_out(waiting_id: str, staged: Staged) -> None:
    """What could not be read, by name and why."""
    if not staged.left_out:
        return
    title = t("data.left_out", n=f"{len(staged.left_out):,}")
    with st.expander(title, icon=":material/rule:", key=f"left_{waiting_id}"):
        st.dataframe(
            pd.DataFrame(
                [(path, say(why)) for path, why in staged.left_out[:MOST_LINES]],
                columns=[t("data.file"), t("data.why")],
            ),
            hide_index=True,
            alt=title,
        )


def _shortcuts(checked: Checked) -> None:
    if not checked.probes:
        return
    st.markdown(f"**{t('data.shortcuts')}**", help=t("data.shortcuts_help"))
    for probe in checked.probes:
        if probe.verdict == "far":
            st.warning(literal(say(probe.said)), icon=":material/warning:")
        else:
            icon = "check" if probe.verdict == "none" else "info"
            st.caption(f":material/{icon}: {literal(say(probe.said))}")
