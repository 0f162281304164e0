"""How severities are chosen: the way of the numbers, even steps, and what is written down."""

import ast
from pathlib import Path

import numpy as np
import pytest

from benchmarks.calibrate_severities import Way, literal, places_for, settle, write_into
from core.noise.catalogue import get_noise


def test_the_way_goes_from_what_changes_nothing_through_the_present_severity_5() -> None:
    way = Way.of(get_noise("blend"))
    assert isinstance(way, Way)
    assert way.at(0) == {"alpha": 0.0}
    assert way.at(1) == {"alpha": get_noise("blend").at_severity(5)["alpha"]}
    assert way.at(9) == {"alpha": 1.0}


def test_a_number_that_shrinks_manyfold_goes_by_equal_factors() -> None:
    way = Way.of(get_noise("pca"))
    assert isinstance(way, Way)
    start, middle, end = (float(way.at(t)["components"]) for t in (0, 0.5, 1))
    assert start / middle == pytest.approx(middle / end, rel=0.05)


def test_agreement_decides_by_even_steps_where_it_falls_far_enough() -> None:
    curve = [(t, 1 - t, 1 - t / 2) for t in np.linspace(0, 1, 11)]
    by, places = places_for(curve)
    assert by == "agreement"
    assert places == pytest.approx([0.1, 0.25, 0.4, 0.55, 0.7])


def test_ssim_decides_for_a_mild_noise() -> None:
    by, places = places_for([(t, 1 - t / 10, 1 - t / 2) for t in np.linspace(0, 1, 11)])
    assert by == "ssim"
    assert np.diff(places) == pytest.approx([places[1] - places[0]] * 4)
    assert places[-1] == pytest.approx(1)


def test_a_mild_noise_whose_ssim_falls_at_once_gets_even_steps_of_the_way() -> None:
    curve = [(t, 0.9, 1.0 if t == 0 else 0.3 - t / 100) for t in np.linspace(0, 1, 11)]
    assert places_for(curve) == ("the way", pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0]))


def test_five_different_rows_are_found_even_where_all_want_one_place() -> None:
    entry = get_noise("blend")
    way = Way.of(entry)
    assert isinstance(way, Way)
    alphas = [float(row["alpha"]) for row in settle(entry, way, [0.5] * 5, 0.1, 1.0)]
    assert alphas == sorted(set(alphas))
    assert len(alphas) == 5


def test_rows_are_written_as_python_that_means_the_same() -> None:
    rows = [{"crf": 20 + i, "frame": "between", "motion": 0.01 * (i + 1)} for i in range(5)]
    text = literal(rows)
    ast.parse(text)
    assert eval(text) == tuple(rows)  # our own text


def test_only_our_own_table_is_written_anew(tmp_path: Path) -> None:
    published = '{"cifar_10_c": ({"s": 1},) * 5, "noiselens": '
    file = tmp_path / "noises.py"
    for name in ("물결", "two"):
        before = f'@noise(name="물결", severities={published}tuple({{"s": s}} for s in (1, 2, 3, 4, 5))}})\ndef {name}(image): ...\n'
        file.write_text(file.read_text("utf-8") + before if file.exists() else before, "utf-8")
    write_into(file, "two", [{"s": s} for s in (6, 7, 8, 9, 10)])
    first, second = file.read_text("utf-8").strip().split("\n@")
    assert "(1, 2, 3, 4, 5)" in first
    assert f'{published}tuple({{"s": s}} for s in (6, 7, 8, 9, 10))}})' in second
