"""What became of each picture with a second run: counted by hand."""

import numpy as np
import pandas as pd

from core.data.dataset import DataSet
from core.evaluation.answers import Answers
from core.evaluation.joined import joined_evaluations
from core.evaluation.outcomes import Shown, maps_of, outcomes
from core.runs.entering import create_run
from core.runs.recipe import Recipe
from core.store import Workspace
from tests.core.evaluation.conftest import stored_evaluation


def answers(right: dict[tuple[str, int], list[int]]) -> Answers:
    """Of four pictures of two classes those that were right in each cell."""
    rows = [
        {
            "image": image,
            "noise": noise,
            "severity": level,
            "truth": image % 2,
            "prediction": image % 2 ^ (image not in them),
        }
        for (noise, level), them in right.items()
        for image in range(4)
    ]
    return Answers.of(pd.DataFrame(rows))


FIRST = answers({("clean", 0): [0, 1, 2, 3], ("fog", 1): [0, 1], ("fog", 5): [1], ("pca", 1): [0]})
SECOND = answers({("fog", 5): [0, 2], ("clean", 0): [0, 1], ("fog", 1): [1, 2]})


def test_pictures_are_repaired_broken_or_alike_under_what_both_were_tested_under() -> None:
    found = outcomes(FIRST, SECOND, {("fog", 1), ("fog", 5), ("pca", 1)})
    assert found.cells == (("fog", 1), ("fog", 5))
    assert found.counts == {"repaired": 3, "broken": 2, "both_wrong": 2, "both_right": 1}
    assert found.total == 8
    assert [(one.image, one.cell) for one in found.members("repaired", 9)] == [
        (2, ("fog", 1)),
        (0, ("fog", 5)),
    ]
    assert [one.image for one in found.members("broken", 1)] == [0]
    clean = outcomes(FIRST, SECOND, {("clean", 0)})
    assert clean.counts == {"repaired": 0, "broken": 2, "both_wrong": 0, "both_right": 2}


def test_a_picture_that_only_one_of_them_was_shown_is_in_no_outcome() -> None:
    fewer = SECOND.__class__.of(
        pd.DataFrame({"image": [1, 7], "noise": "fog", "severity": 1, "truth": [1, 1], "prediction": [1, 0]})
    )
    found = outcomes(FIRST, fewer, {("fog", 1)})
    assert found.images.tolist() == [1]
    assert found.counts["both_right"] == found.total == 1
    assert np.array_equal(found.of, [[3]])


def test_each_picture_has_the_map_of_its_own_cell_and_none_where_it_was_not_tested(
    workspace: Workspace, tiny_data_set: DataSet
) -> None:
    run = create_run(workspace, "tiny", Recipe(tiny_data_set.id, tiny_data_set.card.fingerprint, "small_cnn"))
    stored_evaluation(workspace, tiny_data_set, run, ["fog"], [1, 3], lambda truth, *_: truth)
    (test,) = joined_evaluations(workspace, run)
    image = int(tiny_data_set.indices("test")[2])
    shown = [Shown(image, ("fog", 3)), Shown(image, ("clean", 0)), Shown(-1, ("fog", 3))]
    strong, clean, missing = maps_of(test, shown)
    for found, severity in ((strong, 3), (clean, 0)):
        made = np.random.default_rng([image, severity]).normal(size=(7, 7))  # as stored_evaluation draws them
        np.testing.assert_allclose(found, made, atol=2e-3)
    assert missing is None
