"""Results: what noise costs each run, noise by noise, run against run."""

from collections.abc import Mapping, Sequence

import streamlit as st

from core.charts.runs import run_marks
from core.data.dataset import DataSet, list_data_sets
from core.evaluation.headline import ranks_runs
from core.evaluation.joined import JoinedEvaluation, evaluations_by_run, tested_set
from core.evaluation.rows import Row, names_of, row_of
from core.evaluation.view import View
from core.runs.groups import RunGroup, groups_of
from core.runs.runs import list_runs
from core.studies.spread import Seeds
from core.words import Text
from pages.parts.address import asked, keep
from pages.parts.ahead import charts_ahead
from pages.parts.demo import demo_offer
from pages.parts.glossary import words_here
from pages.parts.i18n import literal, say, t
from pages.parts.messages import close_up, sentence_card
from pages.parts.narrow import narrow_screen
from pages.parts.results.distances import Known, known_distances, offer_measuring
from pages.parts.results.elsewhere import new_pictures_card, predictions_card
from pages.parts.results.filters import choose_measure, choose_severities
from pages.parts.results.first_screen import BOXES, MORE, SENTENCE, first_screen_style
from pages.parts.results.look import Look
from pages.parts.results.noise_filter import choose_kind, choose_more, filtered
from pages.parts.results.notes import made_of, say_beside
from pages.parts.results.run_choice import KEY, choose_groups
from pages.parts.results.seeds_of_rows import seeds_box, seeds_of_rows
from pages.parts.results.tabs import results_tabs
from pages.parts.results.untested import other_draws, to_test
from pages.parts.results.what_next import TABS_PLACE, what_next
from pages.parts.seeds import any_untold, seeds_sentences
from pages.parts.services.comparisons import compared, conclusions
from pages.parts.services.workspace import workspace
from pages.parts.test_choice import choose_test, offer_the_same
from pages.parts.theme import palette


def choose_tests(
    picked: list[RunGroup], evaluations: Mapping[str, list[JoinedEvaluation]]
) -> dict[str, JoinedEvaluation]:
    """The test of each run that stands alone and has one; of several there is a box to choose it."""
    wanted = (asked("results", "tests") or "").split(",")
    alone = [one.runs[0] for one in picked if len(one.runs) == 1]
    several = [run for run in alone if len(evaluations.get(run.id, [])) > 1]
    chosen = {run.id: evaluations[run.id][0] for run in alone if run.id in evaluations}
    if several:
        for place, run in zip(st.columns(max(2, len(several))), several, strict=False):
            with place:
                chosen[run.id] = choose_test("results", run, evaluations[run.id], wanted)
    offer_the_same("results", [run for run in alone if run.id in chosen], chosen, evaluations)
    keep("results", tests=",".join(chosen[run.id].id for run in several) or None)
    return chosen


def tested_rows(picked: list[RunGroup], evaluations: Mapping[str, list[JoinedEvaluation]]) -> list[Row]:
    """What is looked at: of each group, or run alone, that has a test."""
    tests = choose_tests(picked, evaluations)
    rows = []
    for group, label in zip(picked, names_of(picked), strict=True):
        run = group.runs[0]
        if len(group.runs) > 1:
            rows.append(row_of(group, label, evaluations))
        elif run.id in tests:
            rows.append(Row(group, label, ((run, tests[run.id]),)))
    return [row for row in rows if row is not None]


def shared_severities(rows: list[Row]) -> list[int]:
    """Those that all were tested at under a noise that all were tested under, ascending."""
    cells = [set(tested.cells) for row in rows for _, tested in row.members]
    return sorted({severity for _, severity in set.intersection(*cells)}) if cells else []


def shared_noises(rows: list[Row]) -> list[str]:
    """Those that all were tested under, in the order of the first's test."""
    noises = [set(tested.noises) for row in rows for _, tested in row.members]
    shared = set.intersection(*noises) if noises else set()
    return [noise for noise in rows[0].first[1].noises if noise in shared] if rows else []


def shared_classes(rows: list[Row]) -> list[Text]:
    """What screens call the classes of the tests; none where these differ."""
    tests = [tested for row in rows for _, tested in row.members]
    return tests[0].class_labels if len({tuple(one.classes) for one in tests}) == 1 else []


def conclude(rows: list[Row], view: View) -> tuple[str, Seeds | None]:
    """The sentence on top; what charts show, in a sentence, and what is known of seeds."""
    every = [member for row in rows for member in row.members]
    of_rows = [row.seeds for row in rows]
    comparison = compared(every, view, of_rows)
    main, rest = conclusions(every, view, of_rows)
    said, further = say(main), " ".join(map(say, rest))
    made = made_of(comparison, rows, view)
    seeds = seeds_of_rows(rows, view, known, evaluations)
    alone = all(len(row.members) == 1 for row in rows)
    if seeds is not None and alone and ranks_runs(comparison) and any_untold(seeds):
        # Two of the runs may differ by more than other pictures would change, and yet by no more than their seeds do.
        body = t("results.these_runs", said=literal(said))
        sentence_card(seeds_sentences(seeds)[0], f"{body} {made}")
    else:
        told = seeds_sentences(seeds)[:1] if seeds is not None and not alone and len(rows) > 1 else []
        sentence_card(literal(said), " ".join([*told, further, made]).strip())
    return said, seeds


def show(rows: list[Row], view: View, pictures: Sequence[DataSet | str], away: Known) -> None:
    """All that is said of tested rows, the tabs, and what leads on from there."""
    with st.container(key=SENTENCE):
        said, seeds = conclude(rows, view)
    comparison = compared(
        [member for row in rows for member in row.members], view, [row.seeds for row in rows]
    )
    warnings, tabs, notes = st.container(), st.container(key=TABS_PLACE), st.container(gap="xxsmall")
    with warnings:
        say_beside(comparison, rows, view.noises, pictures, notes)
    everyone = [(run.id, not run.reference) for run in reversed(every_run)]
    marks = run_marks(palette(), everyone, [row.first[0].id for row in rows])
    shown = {row.first[0].id: marks[row.first[0].id] for row in rows}
    with measure_place:
        measure = choose_measure(comparison)
    look = Look(rows, view, shown, measure, said, pictures, away, narrow)
    with tabs:
        results_tabs(look)
    seeds_box(seeds)
    what_next(look)


close_up()
st.title(t("results.title"))
with st.container(key="unseen_ahead"):
    charts_ahead(at_once=True)
narrow = narrow_screen()
every_run = list_runs(workspace())
usable = [run for run in every_run if run.comparable]
if not usable:
    sentence_card(t("results.empty"), t("results.empty_body"))
    demo_offer(t("results.empty_do"))
    predictions_card([])
    st.stop()
evaluations = evaluations_by_run(workspace(), usable, every=True)
known = groups_of(usable)
first_screen_style()
with st.container(key=BOXES):
    picked = choose_groups(known, evaluations)
    ready = tested_rows(picked, evaluations)
    severity_place, noises_place, measure_place, more_place = st.columns([5, 7, 4, 3])
with severity_place:
    levels = choose_severities(shared_severities(ready))
with noises_place:
    kind = choose_kind()
with more_place, st.container(key=MORE):
    only, classes = choose_more(shared_noises(ready), shared_classes(ready))
keep(
    "results",
    runs=",".join(st.session_state[KEY]),  # in the order of the box
    severity=st.session_state.get("results_severity", "all"),
)
if not picked:
    st.info(t("results.choose"), icon=":material/info:")
older = {run.id: tested for run, tested in other_draws([one for row in ready for one in row.members])}
looked_at = [run for group in picked for run in group.runs]
waiting = {run.id: run for run in looked_at if run.id not in evaluations or run.id in older}
to_test(looked_at, waiting, older, {run.id: row.first[1] for row in ready for run in row.group.runs})
if ready:
    data_sets = list_data_sets(workspace())
    pictures = [tested_set(run, tested, data_sets) for run, tested in (row.first for row in ready)]
    away = known_distances([row.first[0] for row in ready], pictures, shared_noises(ready))
    chosen = filtered(kind, only, classes, away.kinds)
    if chosen.needs_distance:
        offer_measuring(away, shared_noises(ready))
    view = View(None if levels is None else tuple(levels), chosen.noises, chosen.only, chosen.classes)
    show(ready, view, pictures, away)
new_pictures_card(looked_at)
predictions_card(looked_at)
if ready:
    words_here(("accuracy", "interval", "severity", "test", "training", "run", "seed"))
