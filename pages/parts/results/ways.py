"""The tab of which way a run fails: what it answers under each noise, and for two classes where its scores lie."""

from functools import partial

import pandas as pd
import streamlit as st

from core.charts.drawing import noise_label
from core.charts.prediction_bias import answer_bars, score_chart
from core.evaluation.arms import Arm
from core.evaluation.clusters import independent, numbered
from core.evaluation.fixed import Fixed, read_fixed
from core.evaluation.joined import JoinedEvaluation
from core.evaluation.measures.telling_apart import POSITIVE
from core.evaluation.prediction_bias import TRUTH, answer_shares, score_table, scores_of, threshold_table
from core.noise.catalogue import CLEAN, Cell
from core.runs.runs import Run
from pages.parts.i18n import language, literal, say, t
from pages.parts.numbers import percent
from pages.parts.results.chart import show_chart
from pages.parts.results.look import AT_ONCE, Look
from pages.parts.results.noise_choice import ALL, choose_noise
from pages.parts.results.one_run import choose_one
from pages.parts.services.evaluations import predictions
from pages.parts.theme import palette


def ways(look: Look) -> None:
    """Bars of answers for one of the runs; below them, where it knows two classes, its scores and thresholds."""
    place = choose_one(look, "ways_run")
    arm, (run, test) = look.comparison.arms[place], look.chosen[place]
    labels = [say(label) for label in test.class_labels]
    shares: pd.DataFrame = look.kept(("answer shares", run.id), lambda: _shares(look, arm, test))
    noises = _by_lopsided(shares, look.comparison.noises)
    _sentence(look, arm, shares, noises, labels)
    shown = {TRUTH: t("findings.what_they_are")} | {
        noise: noise_label(noise, language()) for noise in [CLEAN, *noises[:AT_ONCE]]
    }
    draw = partial(answer_bars, palette(), shares, labels, shown, language(), look.narrow)
    answers = dict(enumerate(test.classes))
    show_chart(
        look.drawn(("ways", run.id, look.narrow), draw),
        "answers-by-class",
        t("findings.ways_alt", name=say(arm.label)),
        lambda: shares.assign(answer=shares["answer"].map(answers), run_id=run.id),
        [arm],
        file=look.file("answers-by-class", say(arm.label)),
    )
    st.caption(t("findings.ways_caption", images=f"{arm.images:,}"))
    if len(labels) == 2 and not test.parts[0].facts.classes_alone:
        _two_classes(look, arm, run, test, (labels[1 - POSITIVE], labels[POSITIVE]))


def _shares(look: Look, arm: Arm, test: JoinedEvaluation) -> pd.DataFrame:
    cells = {(CLEAN, 0), *look.comparison.cells}
    rows = predictions(test, ("noise", "severity", "truth", "prediction"), cells)
    groups = None if arm.group_of is None else numbered(arm.group_of.to_numpy())
    return answer_shares(rows, len(test.classes), independent(groups, arm.images))


def _by_lopsided(shares: pd.DataFrame, noises: tuple[str, ...]) -> list[str]:
    """The noises, first that under which answers are furthest from what the pictures are."""
    table = shares.pivot(index="noise", columns="answer", values="share")
    off = (table - table.loc[TRUTH]).abs().sum(axis=1)
    return sorted(noises, key=lambda noise: -float(off[noise]))


def _sentence(look: Look, arm: Arm, shares: pd.DataFrame, noises: list[str], labels: list[str]) -> None:
    """Under which noise it leans most, and to which class."""
    noise = noises[0] if noises else CLEAN
    by = shares.set_index(["noise", "answer"])["share"]
    answer = max(range(len(labels)), key=lambda one: float(by[noise, one] - by[TRUTH, one]))
    st.markdown(
        t(
            "findings.ways_sentence" if noise != CLEAN else "findings.ways_clean",
            name=literal(say(arm.label)),
            noise=noise_label(noise, language()),
            answer=literal(labels[answer]),
            share=percent(float(by[noise, answer])),
            are=percent(float(by[TRUTH, answer])),
        )
    )


def _two_classes(look: Look, arm: Arm, run: Run, test: JoinedEvaluation, labels: tuple[str, str]) -> None:
    st.markdown(f"**{t('findings.scores')}**", help=t("findings.scores_help"))
    fixed = read_fixed(run.folder, test.parts[0].facts.weights_fingerprint)
    table = threshold_table(arm.by_noise, fixed, look.comparison.noises)
    if table is not None:  # what moves it most is looked at first
        st.session_state.setdefault(
            "results_ways_noise", table["noise"].iloc[int(table["moved"].abs().to_numpy().argmax())]
        )
    noise = choose_noise(look.comparison, "ways_noise")
    now = None if table is None else table.set_index("noise")
    cells = (
        [(CLEAN, 0)]
        if noise == CLEAN
        else [cell for cell in look.comparison.cells if noise in (ALL, cell[0])]
    )
    left, right = st.columns(2, gap="medium")
    for place, which, own in ((left, CLEAN, [(CLEAN, 0)]), (right, noise, cells)):
        if which == CLEAN and place is right:
            continue
        moved = None if now is None or which not in now.index else float(now["threshold"][which])
        with place:
            title = t("results.two_all") if which == ALL else noise_label(which, language())
            st.markdown(title)
            thresholds = (None if fixed is None else fixed.threshold, moved)
            _scores(look, arm, test, labels, which, own, thresholds)
    if table is None or fixed is None:
        st.caption(t(f"findings.no_threshold{'_answers' if run.answers_alone else ''}"))
        return
    _thresholds(table, fixed, labels)


def _scores(
    look: Look,
    arm: Arm,
    test: JoinedEvaluation,
    labels: tuple[str, str],
    which: str,
    cells: list[Cell],
    thresholds: tuple[float | None, float | None],
) -> None:
    rows = predictions(test, ("noise", "severity", "truth", "prediction", "confidence"), cells)
    found = scores_of(rows)
    if found is None:
        st.caption(t("findings.no_scores"))
        return
    clean, now = thresholds
    draw = partial(
        score_chart,
        palette(),
        (found.negative, found.positive),
        found.pictures,
        labels,
        (clean, None if which == CLEAN else now),
        language(),
    )
    show_chart(
        look.drawn(("scores", arm.id, which), draw),
        f"scores-{'clean' if which == CLEAN else 'noise'}",
        t("findings.scores_alt", a=labels[0], b=labels[1]),
        lambda: score_table(found).assign(noise=which, threshold=clean, threshold_now=now, run_id=arm.id),
        [arm],
        file=look.file("scores", say(arm.label), which),
    )


def _thresholds(table: pd.DataFrame, fixed: Fixed, labels: tuple[str, str]) -> None:
    """By how much each noise moves the threshold, what is found there and what is taken for it."""
    shown = table.reindex(table["moved"].abs().sort_values(ascending=False).index)

    def with_interval(name: str, times: float, digits: int, sign: str = "") -> list[str]:
        return [
            f"{times * value:{sign}.{digits}f} ({times * low:.{digits}f} – {times * high:.{digits}f})".replace(
                "-", "−"
            )
            for value, low, high in zip(shown[name], shown[f"{name}_low"], shown[f"{name}_high"], strict=True)
        ]

    st.dataframe(
        pd.DataFrame(
            {
                t("results.column_noise"): [noise_label(noise, language()) for noise in shown["noise"]],
                t("findings.moved"): with_interval("moved", 1, 2, "+"),
                t("findings.found", name=labels[1]): with_interval("tpr", 100, 0),
                t("findings.taken", a=labels[0], b=labels[1]): with_interval("fpr", 100, 0),
            }
        ),
        hide_index=True,
        key="results_thresholds",
        alt=t("findings.threshold_alt"),
    )
    st.caption(t("findings.threshold_caption", value=f"{fixed.threshold:.2f}", images=f"{fixed.images:,}"))
