import pytest

from core.data.dataset import DataSet
from core.evaluation.arms import evaluated_run
from core.evaluation.comparison import Comparison, compare
from core.evaluation.corruption_error import fifteen
from core.evaluation.joined import joined_evaluations
from core.evaluation.means import ALL, IMAGENET_C_GROUPS, families_of, means_of, means_table, with_means
from core.evaluation.measures.accuracy import ACCURACY
from core.evaluation.noise_order import UNFOLDED, costliest, folded, is_folded, ordered
from core.evaluation.stored_answers import joined_answers
from core.noise.catalogue import all_noises
from core.runs.entering import create_run
from core.runs.recipe import Recipe
from core.store import Workspace
from tests.core.evaluation.conftest import stored_evaluation

NOISES = ["fog", "gaussian_noise", "snow", "motion_blur"]


def test_the_four_groups_are_imagenet_cs_fifteen_each_once() -> None:
    grouped = [noise for _, noises in IMAGENET_C_GROUPS.values() for noise in noises]
    assert sorted(grouped) == sorted(fifteen())
    assert len(set(grouped)) == 15


def test_every_noise_of_the_catalogue_is_in_one_family_and_means_leave_out_what_was_not_tested() -> None:
    every = [noise.key for noise in all_noises()]
    assert sorted(noise for one in families_of(every) for noise in one.noises) == sorted(every)
    means = {one.key: one.noises for one in means_of(NOISES, far={"snow", "rain"})}
    assert means == {
        ALL: tuple(NOISES),
        "mean:far": ("snow",),
        "mean:noise": ("gaussian_noise",),
        "mean:blur": ("motion_blur",),
        "mean:weather": ("fog", "snow"),
    }
    assert [one.key for one in means_of(NOISES)] == [key for key in means if key != "mean:far"]
    assert means_of([]) == []


def tiny(workspace: Workspace, data_set: DataSet) -> Comparison:
    """Right on all under fog, on half under the other noises."""
    run = create_run(workspace, "r", Recipe(data_set.id, "", "small_cnn"))
    stored_evaluation(
        workspace,
        data_set,
        run,
        NOISES,
        [1, 5],
        lambda truth, noise, _: truth if noise in ("fog", "clean") else 0,
    )
    (test,) = joined_evaluations(workspace, run)
    return compare([evaluated_run(run, test, joined_answers(test))])


def test_a_mean_over_noises_is_the_number_of_the_headline_with_its_interval(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    comparison = tiny(workspace, tiny_data_set)
    (arm,) = comparison.arms
    means = means_of(comparison.in_means)
    rows = with_means(arm.by_noise, means, arm).set_index("noise")
    assert rows.loc[ALL, "accuracy"] == pytest.approx(arm.under().mean / 100) == (1 + 0.5 * 3) / 4
    assert rows.loc[ALL, "low"] == pytest.approx(arm.under().low / 100)
    assert rows.loc["mean:weather", "accuracy"] == 0.75
    assert rows.loc["fog"].equals(arm.by_noise.set_index("noise").loc["fog"])
    quick = with_means(arm.by_noise, means).set_index("noise")
    assert quick.loc[ALL, "accuracy"] == pytest.approx(rows.loc[ALL, "accuracy"])
    ece = arm.by_noise.set_index("noise").loc[NOISES, "ece"]
    assert rows.loc[ALL, "ece"] == pytest.approx(ece.mean())
    cells = with_means(arm.cells, means).set_index(["noise", "severity"])
    assert cells.loc[(ALL, 5), "accuracy"] == pytest.approx((1 + 0.5 * 3) / 4)
    assert len(cells) == len(arm.cells) + 2 * len(means), "a row a severity"
    table = means_table(comparison.arms, means, ACCURACY)
    assert table["accuracy All noises (4)"].tolist() == pytest.approx([arm.under().mean / 100])
    assert table["run_id"].tolist() == [arm.id]


def test_noises_stand_as_asked_and_many_are_folded_into_families_the_worst_first() -> None:
    cost = {"fog": -0.9, "gaussian_noise": -0.2, "snow": -0.6, "motion_blur": -0.5}
    distance = {"fog": 0.0, "snow": 3.0, "motion_blur": 1.0}
    assert ordered(NOISES, "loss", cost, distance) == ["gaussian_noise", "motion_blur", "snow", "fog"]
    assert ordered(NOISES, "distance", cost, distance) == ["snow", "motion_blur", "fog", "gaussian_noise"]
    catalogue = [noise.key for noise in all_noises()]
    assert ordered(NOISES[::-1], "catalogue", cost, distance) == sorted(NOISES, key=catalogue.index)
    families = families_of(NOISES)
    weather = next(one for one in families if "fog" in one.noises)
    assert costliest(families, cost) == weather.key, "the only one of several noises"
    rows = folded([*NOISES, "of_another_version"], families, [], "loss", cost, distance)
    assert rows == ["gaussian_noise", "motion_blur", weather.key, "of_another_version"]
    rows = folded(NOISES, families, [weather.key], "loss", cost, distance)
    assert rows == ["gaussian_noise", "motion_blur", weather.key, "snow", "fog"]
    assert not is_folded(catalogue[:UNFOLDED], "loss")
    assert is_folded(catalogue[: UNFOLDED + 1], "loss")
    assert is_folded(NOISES, "family")
