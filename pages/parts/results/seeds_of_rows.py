"""What the seed alone does in the rows of Results."""

from collections.abc import Mapping, Sequence

import streamlit as st

from core.evaluation.joined import JoinedEvaluation
from core.evaluation.rows import Row, row_of
from core.evaluation.view import View
from core.runs.groups import RunGroup
from core.runs.runs import Run, RunArm
from core.studies.spread import Seeds, seeds_of
from pages.parts.i18n import t
from pages.parts.seeds import seeds_sentences, seeds_table
from pages.parts.services.comparisons import chart_key, compared
from pages.parts.services.kept import kept_result


def seeds_of_rows(
    rows: Sequence[Row],
    view: View,
    groups: Sequence[RunGroup],
    evaluations: Mapping[str, Sequence[JoinedEvaluation]],
) -> Seeds | None:
    """All tested seeds of what is looked at, also of one seed alone; None where nothing has several.

    Args:
        groups: all that there are.
    """
    of_run = {run.id: group for group in groups for run in group.runs}
    members: dict[str, tuple[Run, JoinedEvaluation]] = {}
    arm_of: dict[str, RunArm] = {}
    for row in rows:
        group = of_run[row.first[0].id]
        whole = row if len(row.group.runs) > 1 else row_of(group, row.label, evaluations) or row
        label = row.label if len(row.group.runs) > 1 else group.arm_label or group.label
        own = {run.id: (run, test) for run, test in whole.members} | {row.first[0].id: row.first}
        members |= {key: one for key, one in own.items() if key not in members or key == row.first[0].id}
        arm_of |= dict.fromkeys(own, RunArm(group.key, label))
    if len(members) == len({arm.key for arm in arm_of.values()}):
        return None
    chosen = list(members.values())
    named = tuple((key, arm.key, *arm.label.values()) for key, arm in arm_of.items())
    found: Seeds = kept_result(
        ("seeds", *chart_key(chosen, view), *named), lambda: seeds_of(compared(chosen, view), arm_of)
    )
    return found


def seeds_box(seeds: Seeds | None) -> None:
    """What `seeds_of_rows` found, as a table and in sentences, for those who open it."""
    if seeds is None:
        return
    box = st.expander(t("results.seeds"), icon=":material/casino:", key="results_seeds", on_change="rerun")
    if box.open:
        with box:
            seeds_table(seeds, "results_seeds_table")
            for one in seeds_sentences(seeds):
                st.markdown(one)
