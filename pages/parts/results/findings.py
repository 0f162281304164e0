"""The tab of findings: what the tests show in words, each with how sure it is, what it rests on and where it is seen."""

from typing import Literal

import streamlit as st

from core.evaluation.findings import by_kind, findings
from core.evaluation.findings.evidence import Evidence, evidence_of
from core.evaluation.findings.finding import MEANS, SURE, Finding, Sure
from core.evaluation.phrases import NAMED
from pages.parts.i18n import literal, say, t
from pages.parts.results.look import Look
from pages.parts.results.moves import go_to_tab
from pages.parts.results.next_step import next_step_card
from pages.parts.services.evaluations import answers_of
from pages.parts.services.workspace import workspace

LOOKS: dict[Sure, tuple[str, Literal["gray", "primary", "orange"]]] = {
    "observed": (":material/visibility:", "gray"),
    "likely": (":material/query_stats:", "primary"),
    "suspected": (":material/help:", "orange"),
}


def findings_tab(look: Look) -> None:
    """A card a kind of finding."""
    found = findings_of(look)
    if not found:
        st.info(t("findings.none"), icon=":material/info:")
    places = {id(one): place for place, one in enumerate(found)}
    for title, own in by_kind(found):
        with st.container(border=True, key=f"results_findings_{own[0].key}"):
            st.markdown(f"**{say(title)}**")
            for one in own:
                _line(one, places[id(one)])
    lines = [f"{LOOKS[sure][0]} **{say(SURE[sure])}** — {say(MEANS[sure])}" for sure in SURE]
    if len(look.grouped.arms) > NAMED:
        lines.append(t("findings.ends"))
    st.caption("  \n".join(lines))
    next_step_card(look)


def findings_of(look: Look) -> list[Finding]:
    """Those of what is looked at; reckoned anew where more has been measured since."""
    key = ("findings", *measured_since(look))
    found: list[Finding] = look.kept_of_rows(key, lambda: findings(_evidence(look)))
    return found


def _evidence(look: Look) -> Evidence:
    answers = [answers_of(test) for _, test in look.every]
    pictures = [one for row, one in zip(look.rows, look.pictures, strict=True) for _ in row.members]
    return evidence_of(workspace(), look.singles, look.every, answers, pictures, groups=look.seeds)


def measured_since(look: Look) -> tuple[object, ...]:
    """Another one when distances or Fourier maps of the runs have been measured further."""
    places = [workspace().shifts, *(run.folder.spectra for run, _ in look.every)]
    files = [file for place in places if place.is_dir() for file in sorted(place.iterdir())]
    return tuple((file.name, file.stat().st_mtime_ns) for file in files)


def _line(one: Finding, place: int) -> None:
    words, way = st.columns([9, 2], vertical_alignment="center")
    with words:
        icon, colour = LOOKS[one.sure]
        st.markdown(f":{colour}-badge[{icon} {say(SURE[one.sure])}] {literal(say(one.sentence))}")
        st.caption(literal(say(one.basis)))
    where = one.where
    if where is None:
        return
    with way:
        if where.page == "explain":
            st.page_link(
                "explain.py",
                label=t("findings.pictures"),
                icon=":material/visibility:",
                query_params=dict(where.choices),
            )
        else:
            st.button(
                t("findings.see"),
                key=f"results_finding_see_{place}",
                icon=":material/arrow_forward:",
                type="tertiary",
                on_click=go_to_tab,
                args=(where.choices,),
            )
