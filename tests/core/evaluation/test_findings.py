"""Findings: what is told of runs, and how sure it is said to be."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.stats import spearmanr, ttest_1samp

from core.data.dataset import DataSet
from core.data.review.shortcut import Probe, is_warning
from core.evaluation.arms import evaluated_run
from core.evaluation.comparison import compare
from core.evaluation.distance import Distance
from core.evaluation.distance_error import distance_table, related
from core.evaluation.findings import evidence as evidence_module
from core.evaluation.findings import findings
from core.evaluation.findings.evidence import Evidence, evidence_of
from core.evaluation.findings.finding import Finding
from core.evaluation.grouped import Seeds
from core.evaluation.joined import JoinedEvaluation, joined_evaluations
from core.evaluation.pairs import holm
from core.evaluation.stored_answers import joined_answers
from core.noise.mix import Mix
from core.runs.entering import create_run
from core.runs.recipe import Recipe
from core.runs.runs import Run
from core.store import Workspace
from core.words import plain
from tests.core.evaluation.conftest import stored_evaluation

NOISES = ("gaussian_noise", "fog")


@pytest.fixture(autouse=True)
def enough_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """The data set has 16 test pictures, too few for a finding."""
    monkeypatch.setattr(evidence_module, "FEWEST", 2)


def evidence(
    workspace: Workspace,
    chosen: Sequence[tuple[Run, JoinedEvaluation]],
    data_set: DataSet | str = "deleted",
    measured: Mapping[str, Mapping[str, Distance]] | None = None,
    groups: Sequence[Seeds] = (),
) -> Evidence:
    answers = [joined_answers(test) for _, test in chosen]
    tested = [evaluated_run(run, test, answer) for (run, test), answer in zip(chosen, answers, strict=True)]
    where = [data_set] * len(chosen)
    return evidence_of(workspace, compare(tested), chosen, answers, where, measured, groups)


@pytest.fixture
def two(workspace: Workspace, tiny_data_set: DataSet) -> list[tuple[Run, JoinedEvaluation]]:
    """A run that calls everything "left" under fog, and one trained on Gaussian noise that stands all."""
    found = []
    recipe = Recipe(tiny_data_set.id, tiny_data_set.card.fingerprint, model="small_cnn")
    noisy = replace(recipe, mix=Mix.from_texts(["gaussian_noise:0.5:1-5"]))
    for name, of_run, falls in (("tiny", recipe, True), ("noisy", noisy, False)):
        run = create_run(workspace, name, of_run)
        stored_evaluation(
            workspace,
            tiny_data_set,
            run,
            NOISES,
            (1, 5),
            lambda truth, noise, level, falls=falls: 0 if falls and noise == "fog" else truth,
        )
        found.append((run, joined_evaluations(workspace, run)[0]))
    return found


def by_key(found: Sequence[Finding]) -> dict[str, Finding]:
    return {one.key: one for one in reversed(found)}


def test_a_cost_is_likely_by_the_paired_test_after_holm_and_said_with_its_numbers(
    workspace: Workspace, two: list[tuple[Run, JoinedEvaluation]]
) -> None:
    told = by_key(findings(evidence(workspace, two[:1])))["costs"]
    change = np.repeat([0.0, 1.0], 8)  # of the class "right" all are lost
    p = holm([1.0, ttest_1samp(change, 0).pvalue])[1]
    assert told.sure == "likely"
    assert told.p == pytest.approx(p)
    assert told.sentence["en"].startswith(
        "Fog costs “tiny” most: right on 50 % instead of 100 %, 50 points (95 %: "
    )
    assert told.sentence["ko"].startswith(
        "“tiny”에는 안개가 가장 큰 손실을 줍니다. 정답률이 100%에서 50%로 50%포인트"
    )
    assert (
        told.basis["en"]
        == "16 test pictures, severities 1, 5, paired test, p = 0.003 after Holm, 2 noises looked at"
    )


def test_that_nothing_is_lost_is_no_loss_however_few_pictures_say_so(
    workspace: Workspace, two: list[tuple[Run, JoinedEvaluation]]
) -> None:
    told = by_key(findings(evidence(workspace, two[1:])))
    assert told["costs"].sure == "observed"
    assert told["costs"].sentence["en"].startswith("No noise is shown to cost “noisy” anything")
    assert "swallowed" not in told


def test_two_runs_are_told_by_what_one_repaired_and_broke(
    workspace: Workspace, two: list[tuple[Run, JoinedEvaluation]]
) -> None:
    told = by_key(findings(evidence(workspace, two)))["repaired"]
    assert (told.numbers["repaired"], told.numbers["broken"], told.sure) == (16, 0, "likely")
    assert told.sentence["en"].startswith(
        "“noisy” repaired 16 wrong answers of “tiny” and broke 0: on average it is right 25 points"
    )
    assert "better under 1 of 2 and worse under 0" in told.basis["en"]
    alike = by_key(findings(evidence(workspace, [two[0], (replace(two[0][0], id="twin"), two[0][1])])))[
        "repaired"
    ]
    assert alike.sure == "observed"
    assert "no difference can be told" in alike.sentence["en"]
    answers_alike = [(two[1][0], two[0][1]), two[0]]
    told = by_key(findings(evidence(workspace, answers_alike)))["repaired"]
    assert told.sentence["en"].startswith("“noisy” repaired 0 wrong answers of “tiny”"), (
        "what training did, not what its lack did"
    )


def test_a_class_that_swallows_the_rest_is_named(
    workspace: Workspace, two: list[tuple[Run, JoinedEvaluation]]
) -> None:
    told = by_key(findings(evidence(workspace, two)))["swallowed"]
    assert told.runs == (two[0][0].id,)
    assert (
        told.sentence["en"]
        == "Under Fog “tiny” calls nearly everything “left”: 100 % of its answers; of clean pictures its most frequent answer has 50 %."
    )


def test_what_training_on_a_noise_brought_under_far_ones_is_told_against_the_clean_run(
    workspace: Workspace, two: list[tuple[Run, JoinedEvaluation]]
) -> None:
    known = {two[1][0].id: {"gaussian_noise": Distance(0.0, "seen"), "fog": Distance(2.0, "far")}}
    told = by_key(findings(evidence(workspace, two, measured=known)))["far"]
    assert told.sure == "likely"
    assert told.numbers == {"gain_seen": 0.0, "gain_far": 50.0}
    assert "under 1 noise far from all it saw it is right 50 points" in told.sentence["en"]
    alone = by_key(findings(evidence(workspace, two[1:], measured=known)))["far"]
    assert alone.sure == "observed", "without a clean run other noises may only be harder"


def test_sureness_is_held_against_right_answers_picture_by_picture(
    workspace: Workspace, two: list[tuple[Run, JoinedEvaluation]]
) -> None:
    """Of what it is 75 % sure of, it has three quarters right under noise on average and all clean."""
    told = by_key(findings(evidence(workspace, two[1:])))["sureness"]
    assert told.numbers["excess"] == pytest.approx(-25)
    assert "less sure than it could be: 75 % sure on average, right on 100 %" in told.sentence["en"]


def test_a_threshold_is_told_where_the_classes_are_still_told_apart(
    workspace: Workspace, two: list[tuple[Run, JoinedEvaluation]]
) -> None:
    found = evidence(workspace, two[:1])
    arm = found.runs[0].arm
    table = arm.by_noise.copy()
    fog = table["noise"] == "fog"
    moves = {
        "threshold_moved": 0.3,
        "threshold_moved_low": 0.2,
        "threshold_moved_high": 0.4,
        "auc": 0.9,
        "tpr": 0.4,
        "fpr": 0.02,
    }
    for name, value in moves.items():
        table.loc[fog, name] = value
    others = table["noise"] == "gaussian_noise"
    for name, value in {
        "threshold_moved": 0.0,
        "threshold_moved_low": -0.1,
        "threshold_moved_high": 0.1,
    }.items():
        table.loc[others, name] = value
    moved = replace(found, runs=(replace(found.runs[0], arm=replace(arm, by_noise=table)),))
    told = by_key(findings(moved))["threshold"]
    assert told.sure == "likely"
    assert (
        "would have to move by +0.30 (95 %: 0.20 to 0.40): there it finds 40 % of “right” and takes 2 % of “left” for it"
        in (told.sentence["en"])
    )
    table.loc[fog, "threshold_moved_low"] = -0.2
    table.loc[fog, "threshold_moved_high"] = 0.8
    assert "threshold" not in by_key(findings(moved))


def test_of_a_run_that_guesses_clean_pictures_no_cost_is_told(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    run = create_run(
        workspace, "guess", Recipe(tiny_data_set.id, tiny_data_set.card.fingerprint, model="small_cnn")
    )
    stored_evaluation(workspace, tiny_data_set, run, NOISES, (1, 5), lambda *_: 0)
    told = by_key(findings(evidence(workspace, [(run, joined_evaluations(workspace, run)[0])])))
    assert "costs" not in told
    assert (
        "hardly better than guessing even on clean pictures (50 %, guessing 50 %)"
        in told["guesses"].sentence["en"]
    )


def test_of_too_few_pictures_nothing_is_told_but_that(
    workspace: Workspace, two: list[tuple[Run, JoinedEvaluation]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence_module, "FEWEST", 100)
    (told,) = findings(evidence(workspace, two))
    assert (told.key, told.sure, len(told.runs)) == ("few", "observed", 2)


def test_files_of_the_classes_that_differ_and_a_shortcut_are_suspected_only(
    workspace: Workspace, two: list[tuple[Run, JoinedEvaluation]], tiny_data_set: DataSet
) -> None:
    files: dict[str, Any] = {"left": {"kinds": {"JPEG": 40}}, "right": {"kinds": {"PNG": 40}}}
    probe = Probe("border", 0.99, 0.95, 1.0, 0.5, 80, 80, "picture").said
    card = replace(tiny_data_set.card, files=files, notes=[plain("80 files"), probe])
    told = by_key(findings(evidence(workspace, two, replace(tiny_data_set, card=card))))
    assert told["files"].sure == told["shortcut"].sure == "suspected"
    assert "differ in format" in told["files"].sentence["en"]
    assert told["shortcut"].sentence == probe
    assert is_warning(probe)
    assert not is_warning(Probe("border", 0.51, 0.4, 0.6, 0.5, 80, 80, "picture").said)


def test_errors_are_ranked_against_distance_as_scipy_ranks_them(
    workspace: Workspace, two: list[tuple[Run, JoinedEvaluation]]
) -> None:
    arm = evidence(workspace, two[:1]).runs[0].arm
    known = {noise: Distance(float(place), "far") for place, noise in enumerate(NOISES)}
    table = distance_table(arm, known, NOISES)
    assert table["error"].tolist() == [0.0, 0.5]
    assert related(table) is None, "two noises say nothing"
    generator = np.random.default_rng(0)
    more = table.iloc[[0] * 12].assign(distance=generator.random(12), error=generator.integers(0, 5, 12) / 5)
    told, reference = related(more), spearmanr(more["distance"], more["error"])
    assert told is not None
    assert (told.rho, told.p) == pytest.approx((reference.statistic, reference.pvalue))
    assert told.low < told.rho < told.high


def test_what_is_told_of_seeds_is_of_their_mean_with_in_how_many_it_is_so_and_likely_only_in_all(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    def rows(falls: Sequence[bool]) -> tuple[list[tuple[Run, JoinedEvaluation]], list[Seeds]]:
        """Seeds of which these call everything "left" under fog, and as many trained on fog that stand it."""
        chosen, groups = [], []
        for name, fails in (("clean", falls), ("foggy", [False] * len(falls))):
            mix = Mix.from_texts(["fog:0.5:1-5"] if name == "foggy" else [])
            own = []
            for seed, falls_now in enumerate(fails):
                recipe = Recipe(tiny_data_set.id, "", model="small_cnn", mix=mix, seed=seed)
                run = create_run(workspace, f"{name} {sum(falls)} (seed {seed})", recipe)
                stored_evaluation(
                    workspace,
                    tiny_data_set,
                    run,
                    NOISES,
                    (1, 5),
                    lambda truth, noise, _, falls_now=falls_now: 0 if falls_now and noise == "fog" else truth,
                )
                own.append((run, joined_evaluations(workspace, run)[0]))
            chosen += own
            groups.append(Seeds(name, plain(name), tuple(run.id for run, _ in own)))
        return chosen, groups

    def told(falls: Sequence[bool]) -> dict[str, Finding]:
        chosen, groups = rows(falls)
        found = evidence(workspace, chosen, groups=groups)
        assert [one.arm.id for one in found.runs] == ["clean", "foggy"]
        return by_key(findings(found))

    every = told([True, True, True])
    assert (every["costs"].sure, len(every["costs"].runs)) == ("likely", 3)
    assert every["costs"].sentence["en"].startswith("Fog costs “clean” most: right on 50 % instead of 100 %")
    assert every["costs"].basis["en"].endswith("mean of 3 seeds, so in 3 of 3 runs")
    assert (every["repaired"].sure, every["repaired"].numbers["repaired"]) == ("likely", 3 * 16)
    assert every["repaired"].basis["en"].endswith("Counted over 3 pairs of seeds, so in 3 of them")
    assert every["swallowed"].basis["en"].endswith("so in 3 of 3 runs")
    some = told([True, True, False])
    assert some["costs"].sure == "observed", "another seed turns it"
    assert some["costs"].numbers["lost"] == pytest.approx(100 * 2 / 3 * 0.5)
    assert some["costs"].basis["en"].endswith("so in 2 of 3 runs")
    assert some["costs"].basis["ko"].endswith("모델 3개 가운데 2개에서 그렇습니다")
    assert (some["repaired"].sure, some["repaired"].numbers["repaired"]) == ("observed", 2 * 16)
