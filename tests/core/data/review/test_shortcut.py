"""A feature that gives the classes away is found, one that does not is not."""

import numpy as np
import pytest

from core.data.intake.decoder import FACTS
from core.data.review.shortcut import Probe, Unit, probe_shortcuts
from core.progress import silent

COUNT = 160
LABELS = np.arange(COUNT) % 2


def probes(
    images: np.ndarray | None = None,
    facts: np.ndarray | None = None,
    groups: np.ndarray | None = None,
    unit: Unit = "picture",
) -> dict[str, Probe]:
    generator = np.random.default_rng(0)
    plain = generator.integers(0, 256, (COUNT, 32, 32, 3)).astype(np.uint8) if images is None else images
    if facts is None:
        facts = np.zeros(COUNT, FACTS)
        for name in ("width", "height", "bytes"):
            facts[name] = generator.integers(100, 200, COUNT)
    groups = np.arange(COUNT) if groups is None else groups
    found = probe_shortcuts(plain, LABELS, facts, groups, silent, unit)
    return {probe.feature: probe for probe in found}


def test_pictures_without_a_shortcut_are_told_by_chance_only() -> None:
    for probe in probes().values():
        assert probe.low < 0.5 < probe.high
        assert probe.verdict == "none"
        assert "50 %" in probe.said["en"]


def test_a_border_that_tells_the_classes_apart_is_warned_of_in_plain_words() -> None:
    images = np.random.default_rng(0).integers(0, 200, (COUNT, 32, 32, 3)).astype(np.uint8)
    images[LABELS == 1, :2] += 55
    probe = probes(images)["border"]
    assert probe.verdict == "far"
    assert probe.low > 0.9
    assert "not what they show" in probe.said["en"]
    assert "출처" in probe.said["ko"]


def test_a_grainier_border_is_seen_though_its_colours_are_the_same() -> None:
    generator = np.random.default_rng(0)
    images = np.clip(generator.normal(120, 8 + 12 * LABELS[:, None, None, None], (COUNT, 32, 32, 3)), 0, 255)
    assert probes(images.astype(np.uint8))["border"].verdict == "far"


@pytest.mark.parametrize("name", ["width", "bytes", "quality", "kind"])
def test_files_that_were_saved_differently_are_warned_of(name: str) -> None:
    facts = np.zeros(COUNT, FACTS)
    for other in ("width", "height", "bytes"):
        facts[other] = 100
    facts[name] = np.where(LABELS == 1, 90, 70) if name != "kind" else LABELS + 1
    found = probes(facts=facts)
    assert found["file"].verdict == "far"
    assert found["border"].verdict != "far"


def test_copies_do_not_make_a_shortcut() -> None:
    generator = np.random.default_rng(0)
    pictures = generator.integers(0, 256, (16, 32, 32, 3)).astype(np.uint8)
    # Sixteen pictures, ten copies each, eight of each class: with its copies a picture is known by heart.
    number = np.arange(COUNT) % 16
    assert probes(pictures[number])["thumbnail"].verdict == "far"
    found = probes(pictures[number], groups=number)
    assert found["thumbnail"].verdict != "far"


@pytest.mark.parametrize(
    ("clips", "low", "verdict"),
    [
        (8, 0.676, "some"),  # always right, but of eight: much is left open
        (12, 0.758, "far"),
        (80, 0.954, "far"),
    ],
)
def test_frames_of_a_video_count_as_one(clips: int, low: float, verdict: str) -> None:
    images = np.random.default_rng(0).integers(0, 200, (COUNT, 32, 32, 3)).astype(np.uint8)
    images[LABELS == 1, :2] += 55
    found = probes(images, groups=np.arange(COUNT) % clips, unit="video")["border"]
    assert (found.accuracy, found.chance) == (1.0, 0.5)
    assert (round(found.low, 3), found.high) == (low, 1.0)
    assert (found.images, found.groups, found.verdict) == (COUNT, clips, verdict)
    assert f"from {clips} videos" in found.said["en"]


def test_a_long_video_weighs_no_more_than_a_short_one() -> None:
    # Of class 1 one video has all frames but seven; the others, and class 0, have one or two.
    groups = np.where(LABELS == 0, np.arange(COUNT) % 14, 100)
    groups[1:15:2] = 200 + np.arange(7)
    found = probes(groups=groups, unit="video")["border"]
    assert found.groups == 15
    assert found.chance == pytest.approx(8 / 15)


def test_four_groups_are_too_few_for_a_figure() -> None:
    assert probes(groups=np.arange(COUNT) % 4) == {}
    assert len(probes(groups=np.arange(COUNT) % 6)) == 3


def test_too_few_pictures_give_no_figure() -> None:
    facts = np.zeros(8, FACTS)
    images = np.zeros((8, 32, 32, 3), np.uint8)
    assert probe_shortcuts(images, LABELS[:8], facts, np.arange(8), silent) == []


@pytest.mark.parametrize(
    ("low", "high", "chance", "verdict"),
    [
        (0.40, 0.60, 0.50, "none"),
        (0.50, 0.90, 0.50, "none"),  # guessing is within: few pictures leave much open
        (0.51, 0.55, 0.50, "none"),  # its upper end is near guessing
        (0.51, 0.56, 0.50, "some"),
        (0.56, 0.71, 0.54, "some"),
        (0.74, 0.80, 0.50, "some"),
        (0.75, 0.80, 0.50, "some"),
        (0.76, 0.80, 0.50, "far"),
        (0.96, 0.99, 0.90, "far"),
        (0.94, 0.99, 0.90, "some"),
    ],
)
def test_the_interval_decides_how_a_probe_is_worded(
    low: float, high: float, chance: float, verdict: str
) -> None:
    assert Probe("border", (low + high) / 2, low, high, chance, 300, 300).verdict == verdict


@pytest.mark.parametrize(
    ("low", "high", "english", "korean"),
    [
        (
            0.48,
            0.62,
            "the classes could not be told apart, 55 % right (48 to 62, from 40 videos)",
            "구별하지 못했습니다",
        ),
        (
            0.56,
            0.70,
            "better than guessing but not clearly far better, 63 % right (56 to 70, from 40 videos)",
            "분명하지는",
        ),
        (0.90, 0.98, "far better than guessing, 94 % right (90 to 98, from 40 videos)", "훨씬"),
    ],
)
def test_a_probe_is_said_in_plain_words_with_its_figures(
    low: float, high: float, english: str, korean: str
) -> None:
    said = Probe("file", (low + high) / 2, low, high, 0.54, 300, 40, "video").said
    assert english in said["en"]
    assert "where guessing gets 54 %" in said["en"]
    assert korean in said["ko"]
    assert f"(95% 구간 {100 * low:.0f}~{100 * high:.0f}%, 동영상 40개), 찍으면 54%" in said["ko"]
