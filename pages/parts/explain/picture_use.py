"""How much of the picture the runs that are looked at use, beside each other, and whether a run's maps are to be believed."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from core.charts.map_curves import map_curves_chart
from core.evaluation.gallery_choice import mean_map, mean_picture
from core.evaluation.joined import JoinedEvaluation
from core.evaluation.map_use import Use, read_use, seconds_to_use
from core.evaluation.map_ways import (
    FIGURES,
    Accuracy,
    Tested,
    Way,
    compared,
    on_the_same_pictures,
    told,
    under_noise,
    ways_of,
)
from core.explanation.overlay import shared_scale
from core.explanation.views import enlarged, seen
from core.images import encode_png
from core.progress import Report, part
from core.runs.runs import Run
from core.words import rounded
from pages.parts.explain.looked import Looked
from pages.parts.explain.on_request import on_request
from pages.parts.explain.subject import Who
from pages.parts.i18n import language, literal, say, t
from pages.parts.numbers import percent
from pages.parts.pictures import picture_file, side_by_side
from pages.parts.progress import duration
from pages.parts.services.classifiers import classifier
from pages.parts.services.evaluations import pairs_of
from pages.parts.services.kept import kept_numbers, works
from pages.parts.services.workspace import workspace
from pages.parts.theme import palette

_MOST_RUNS = 24
_IN_A_ROW = 6
_SIDE = 160
"""Least side of a picture, px."""


def compared_with(
    looked: Looked, second: Who | None, usable: Mapping[str, tuple[Run, Sequence[JoinedEvaluation]]]
) -> list[Tested]:
    """The run that is looked at, the one beside it and all others of its study, of those that saw the same pictures and have
    weights to ask; the first first."""
    run_id, study = looked.run.id, looked.run.study_id
    wanted = [
        (run, tests)
        for run, tests in usable.values()
        if run.id != run_id
        and (
            (study is not None and run.study_id == study) or (second is not None and run.id == second.run.id)
        )
    ]
    return on_the_same_pictures(looked.run, looked.evaluation, wanted)[:_MOST_RUNS]


def how_much_it_uses(looked: Looked, runs: Sequence[Tested]) -> None:
    """Folded away; what is kept is there at once, the rest on a button."""
    place = st.expander(t("uses.title"), icon=":material/crop_free:", key="explain_uses", on_change="rerun")
    if place.open and runs:
        with place:
            _uses(looked, runs)


@st.fragment
def _uses(looked: Looked, runs: Sequence[Tested]) -> None:
    known = _known(looked, runs)
    if known:
        _told(looked, known)
    _find_out(looked, runs, known, "explain_uses")


def _known(looked: Looked, runs: Sequence[Tested]) -> list[tuple[Run, JoinedEvaluation, Use]]:
    assert looked.data_set is not None
    uses = [(run, test, read_use(run, test, looked.data_set)) for run, test in runs]
    return [(run, test, use) for run, test, use in uses if use is not None]


def _told(looked: Looked, known: Sequence[tuple[Run, JoinedEvaluation, Use]]) -> None:
    """The sentences, the numbers and what counts on average."""
    noisy = _under_noise([(run, test) for run, test, _ in known])
    ways = ways_of([(run, use, right) for (run, _, use), right in zip(known, noisy, strict=True)])
    for sentence in told(ways):
        st.markdown(literal(say(sentence)))
    st.dataframe(_table(ways), hide_index=True, width="stretch")
    words = [t("uses.columns")]
    if any(len(way.uses) == 1 for way in ways):
        words.append(t("uses.brackets"))
    if len(ways) < len(known):
        words.append(t("uses.seeds", n=len(known)))
    if len(ways) > 1:
        words.append(t("uses.sure", name=literal(say(compared(ways)[0].reference.label))))
    st.caption(" ".join(words), help=t("uses.help"))
    _mean_maps(looked, ways, known)


def _under_noise(tested: Sequence[Tested]) -> list[Accuracy]:
    key = ("under noise", *(f"{run.folder.path} {test.key}" for run, test in tested))
    found: list[Accuracy] = kept_numbers(key, lambda: under_noise(tested))
    return found


def _table(ways: Sequence[Way]) -> pd.DataFrame:
    beside = {id(one.way): one for one in compared(ways)}
    rows = []
    for way in ways:
        one = beside.get(id(way))
        row = {t("uses.way"): say(way.label)}
        for name in FIGURES:
            if not way.values(name):
                continue
            sign = "" if one is None else {1: " ↑", -1: " ↓", 0: ""}[one.sure(name)]
            row[t(f"uses.{name}")] = percent(way.mean(name)) + _around(way, name) + sign
        if way.peak_chance is not None:
            row[t("uses.peak_chance")] = percent(way.peak_chance)
        rows.append(row)
    return pd.DataFrame(rows).fillna("–")


def _around(way: Way, name: str) -> str:
    """The spread of seeds, or of one its 95 % interval over pictures."""
    spread = way.spread(name)
    if spread is not None:
        return f" ± {rounded(100 * spread, 1)}"
    (one,) = way.ends(name)
    return f" ({percent(one.low)} – {percent(one.high)})"


def _mean_maps(
    looked: Looked, ways: Sequence[Way], known: Sequence[tuple[Run, JoinedEvaluation, Use]]
) -> None:
    """For each way its first run's mean map over all clean pictures, at most _IN_A_ROW in a row."""
    assert looked.data_set is not None
    data_set = looked.data_set
    images = looked.pairs.table["image"].to_numpy()
    key = ("mean picture", looked.place, data_set.card.fingerprint, "all")
    ground = kept_numbers(key, lambda: mean_picture(data_set, images))
    first = {id(use): (run, test) for run, test, use in known}
    st.markdown(f"**{t('uses.mean')}**")
    with side_by_side("explain_uses_means"):
        for start in range(0, len(ways), _IN_A_ROW):
            row = ways[start : start + _IN_A_ROW]
            # Even, as a phone has two beside each other, and the last would fill both places.
            for place, way in zip(st.columns(max(4, len(row) + len(row) % 2)), row, strict=False):
                _, test = first[id(way.uses[0])]
                attribution = mean_map(pairs_of(test, looked.noise, 0).table["clean_map"], test.map_shape)
                if attribution is None:
                    continue
                drawn = seen("heat", enlarged(ground, _SIDE), attribution, shared_scale([attribution]))
                name = say(way.label)
                with place:
                    picture_file(encode_png(drawn), literal(name), t("uses.mean_alt", name=name), exact=True)


def _find_out(
    looked: Looked, runs: Sequence[Tested], known: Sequence[tuple[Run, JoinedEvaluation, Use]], place: str
) -> None:
    """The button that reckons what is missing, how far that is, or nothing where all is there."""
    assert looked.data_set is not None
    data_set = looked.data_set
    there = {run.id for run, *_ in known}
    missing = [(run, test) for run, test in runs if run.id not in there]
    key = ("uses", str(workspace().root), *(f"{run.id} {test.key}" for run, test in runs))
    work = works().find(key)
    if work is None or not work.running:
        if not missing:
            return
        if work is not None and work.error is None:
            work.cancel()  # what it made is not there any more, or not of this: anew

    def function(report: Report) -> None:
        from core.evaluation.map_checks import use_of

        for number, (run, test) in enumerate(missing):
            ends = (number / len(missing), (number + 1) / len(missing))
            use_of(run, test, data_set, part(report, *ends))

    seconds = sum(seconds_to_use(test) for _, test in missing)
    start = "uses.start" if known else "uses.start_all" if place == "explain_uses" else "uses.start_believe"
    on_request(
        key,
        function,
        place,
        t(start, n=len(missing), time=duration(seconds)),
        t("uses.running", n=len(missing)),
        ":material/calculate:",
        about="" if known or place != "explain_uses" else t("uses.about"),
    )


def to_be_believed(looked: Looked) -> None:
    """Folded away: are the maps of what was learned, and does the answer hang on what they call important?"""
    if not looked.run.trained or looked.run.graph:
        return
    place = st.expander(
        t("uses.believe"), icon=":material/fact_check:", key="explain_believe", on_change="rerun"
    )
    if place.open:
        with place:
            _believed(looked)


@st.fragment
def _believed(looked: Looked) -> None:
    runs = [(looked.run, looked.evaluation)]
    known = _known(looked, runs)
    st.markdown(f"**{t('uses.sanity')}**", help=t("uses.sanity_help"))
    for _, _, use in known:
        value = "–" if use.randomised is None else rounded(use.randomised, 2)
        st.markdown(t(f"uses.sanity_{use.believed}", value=value, n=use.randomised_n))
    _find_out(looked, runs, known, "explain_believe")
    st.markdown(f"**{t('uses.curves')}**", help=t("uses.curves_help"))
    _curves(looked)


def _curves(looked: Looked) -> None:
    """Deletion and insertion, on request."""
    assert looked.data_set is not None
    evaluation, data_set, run_id = looked.evaluation, looked.data_set, looked.run.id
    key = ("curves", str(workspace().root), run_id, evaluation.key, data_set.card.fingerprint)

    def function(report: Report) -> object:
        from core.evaluation.map_curves import curves_of
        from core.networks.loading import one_core

        with one_core():
            return curves_of(classifier(run_id).network, evaluation, data_set, report)

    work = on_request(
        key,
        function,
        "explain_curves",
        t("uses.curves_start"),
        t("uses.curves_running"),
        ":material/stacked_line_chart:",
    )
    if work is None:
        return
    found = work.result
    if found is None:
        st.info(t("uses.curves_none"), icon=":material/info:")
        return
    good = (
        "both"
        if found.deleted.sure and found.inserted.sure
        else "one"
        if found.deleted.sure or found.inserted.sure
        else "none_better"
    )
    st.markdown(t(f"uses.curves_{good}"))
    st.caption(
        t(
            "uses.curves_figures",
            n=found.n,
            deletion=percent(found.area("deletion")),
            deletion_random=percent(found.area("deletion_random")),
            insertion=percent(found.area("insertion")),
            insertion_random=percent(found.area("insertion_random")),
            deleted=_points(found.deleted),
            inserted=_points(found.inserted),
        )
    )
    curves = {
        name: getattr(found, name)
        for name in ("deletion", "deletion_random", "insertion", "insertion_random")
    }
    st.plotly_chart(
        map_curves_chart(palette(), found.shares, curves, language()),
        theme=None,
        key="explain_curves_chart",
        config={"displayModeBar": False},
        alt=t("uses.curves_alt"),
    )


def _points(gain: object) -> str:
    """A difference in points with its interval."""
    mean, low, high = (100 * value for value in gain)  # type: ignore[attr-defined]
    return f"{mean:+.0f} ({low:+.0f} – {high:+.0f})"
