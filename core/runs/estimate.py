"""How long training and testing will take, from earlier ones or the model's own figure, and their disk. No torch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.data.dataset import DataSet
from core.noise.catalogue import CHOOSERS, CLEAN
from core.noise.costs import noise_ms
from core.noise.mix import Mix, MixPart
from core.runs.evaluations import list_evaluations
from core.runs.metrics_file import read_metrics
from core.runs.recipe import Recipe, get_model
from core.runs.runs import list_runs
from core.runs.timings import read_timing, timing_key
from core.store import Workspace
from models.names import known_model
from models.registry import ModelSpec

REFERENCE_SIZE = 64
"""px; the picture size that ModelSpec.training_ms is for."""
ENOUGH_PICTURES = 2_000
"""A run that trained on fewer, over all epochs, mostly measured its own start."""

START_SECONDS = 5.0
"""From the click until the worker process has loaded torch and the pictures."""
FORWARD_SHARE = 0.27
"""Of a training step, what a prediction costs with its map; 0.22 to 0.31 measured, model by model."""
ROW_MS = 0.1
"""A picture of a test, besides its noise and the network: the row that is written of it."""
FLOAT, HALF = 4, 2
"""Bytes of a weight, and of a place of a map."""
ROW_BYTES = 8
"""The rest of a row of a test, compressed; some 250 are a row of 8 x 8 maps, measured."""
CORES = 2
"""Cores of the machine that ModelSpec.training_ms is for; noise is made on all of them."""
SLOWER = 4.0
"""Where nothing was timed yet it may take so many times what two idle cores take: the machine is slower, or busy."""
APART = 2.0
"""Of a model that was not timed here, by another that was: it may be so many times as fast or as slow as that one."""
VIEWS = {"cross_entropy": (1, 1), "jsd": (3, 2)}
"""Of each picture that an objective looks at: how many in all, and how many of them with noise of their own."""
AUGMENTATION_MS = {
    "augmix": 0.9,
    "prime": 0.7,
    "apr": 0.7,
    "pixmix": 0.65,
    "mixup": 0.2,
    "cutmix": 0.15,
    "random_erasing": 0.15,
    "hide_and_seek": 0.15,
}
"""What one of core.training.augmentations costs a picture of AUGMENTED_SIZE px on one core, with what it takes to feed it."""
AUGMENTED_SIZE = 64
CHOOSING = Mix(tuple(MixPart(noise, 1 / len(CHOOSERS)) for noise in CHOOSERS))
"""What validation shows its pictures under besides clean. Each picture has one of them at one severity."""


def looks(recipe: Recipe) -> int:
    """How often validation goes through its pictures after an epoch: clean, and for a recipe that is not under CHOOSING."""
    return 1 if recipe.clean else 2


@dataclass(frozen=True)
class Span:
    """From how long to how long something will take, s; one figure where earlier work on this machine gives it."""

    low: float
    high: float

    def __add__(self, other: "Span") -> "Span":
        return Span(self.low + other.low, self.high + other.high)

    @property
    def with_start(self) -> "Span":
        """The same from the click on."""
        slower = self.high / self.low if self.low else SLOWER
        return Span(self.low + START_SECONDS, self.high + START_SECONDS * slower)


def never_timed(seconds: float) -> Span:
    """What takes so many seconds on two idle cores, on a machine that nothing is known of."""
    return Span(seconds, SLOWER * seconds)


def _enlarged(recipe: Recipe, size: int) -> float:
    """How many times as many pixels as for ModelSpec.training_ms the network is given, for pictures of `size` px."""
    return (recipe.network_side(size) / get_model(recipe.model).input_size(REFERENCE_SIZE)) ** 2


def seen_ms(recipe: Recipe, size: int) -> float:
    """A picture that goes through the network on CORES idle cores, to be learned from: its noise and its step."""
    step = get_model(recipe.model).training_ms * _enlarged(recipe, size)
    views, noisy = VIEWS.get(recipe.objective, VIEWS["cross_entropy"])
    step *= views
    made = noisy * (_mix_ms(recipe.mix, size) + _augmentation_ms(recipe.augmentation, size))
    return (FORWARD_SHARE * step if recipe.trains == "head" else step) + made


def _training_ms(recipe: Recipe, size: int, validation_share: float) -> float:
    """A picture of an epoch on CORES idle cores: its noise, its step, and its part of the validation after it."""
    look = looks(recipe) * get_model(recipe.model).training_ms * _enlarged(recipe, size) * FORWARD_SHARE
    # Validation's noise is made once a training.
    noise = (looks(recipe) - 1) * _mix_ms(CHOOSING, size)
    if recipe.trains == "head":  # the pictures go through the network before, not once an epoch
        return (recipe.draws * seen_ms(recipe, size) + validation_share * (look + noise)) / recipe.epochs
    return seen_ms(recipe, size) + validation_share * (look + noise / recipe.epochs)


def _mix_ms(mix: Mix, size: int) -> float:
    """A picture's noise on CORES idle cores, on average."""
    return sum(part.probability * noise_ms(part.noise, size) for part in mix.parts) / CORES


def _augmentation_ms(key: str, size: int) -> float:
    """A picture's augmentation on CORES idle cores."""
    return AUGMENTATION_MS.get(key, 0.0) * (size / AUGMENTED_SIZE) ** 2 / CORES


def look_ms(spec: ModelSpec, side: int, passes: float) -> float:
    """A prediction of a test on CORES idle cores, with its map and its row.

    Args:
        side: of what the network is given, px.
        passes: forward passes that prediction and map take, as of the CAM method.
    """
    enlarged = (side / spec.input_size(REFERENCE_SIZE)) ** 2
    return passes * spec.training_ms * FORWARD_SHARE * enlarged + ROW_MS


def map_seconds(recipe: Recipe, size: int, passes: float) -> float:
    """Of one picture of `size` px that a network in memory is asked for, with a map of so many forward passes.

    Raises:
        UnknownName, TimmMissing, CannotUseModel: of its network.
    """
    return look_ms(get_model(recipe.model), recipe.network_side(size), passes) / 1000


def cells_ms(
    recipe: Recipe, size: int, noises: Sequence[str], severities: Sequence[int], passes: float
) -> float:
    """A picture of a test on CORES idle cores: clean, and under each noise at each severity.

    Args:
        size, passes: as of `rows_ms`.
    """
    rows = {CLEAN: 1} | {noise: len(severities) for noise in noises}
    return rows_ms(recipe, size, rows, passes)


@dataclass(frozen=True)
class _Timed:
    """What was timed on this machine: by how much it was slower than CORES idle cores are said to be."""

    model: str
    slower: float
    key: str = ""
    """Of a training, as timings are kept by."""


def _timed_runs(workspace: Workspace, recipe: Recipe) -> list[_Timed]:
    """From runs that trained on what `recipe` asks for, newest first."""
    found = []
    for run in list_runs(workspace):
        summary = run.summary
        if (
            summary is None
            or not summary.size
            or known_model(run.recipe.model) is None
            or (recipe.device == "cpu" and summary.device != "CPU")
        ):
            continue
        if summary.images_per_second * summary.seconds < ENOUGH_PICTURES:
            continue
        expected = _training_ms(run.recipe, summary.size, 0.0)
        slower = 1000 / summary.images_per_second / expected
        found.append(_Timed(run.recipe.model, slower, timing_key(run.recipe, summary.size)))
    return found


def _timed_now(workspace: Workspace, recipe: Recipe, size: int) -> list[_Timed]:
    """From what trains now as `recipe` asks for on the same pictures, once it has been through them."""
    key, found = timing_key(recipe, size), []
    for run in list_runs(workspace):
        other = run.recipe
        if run.state != "running" or run.summary is not None or other.data_set_id != recipe.data_set_id:
            continue
        # A head alone is measured on features, not on pictures.
        if other.trains == "head" or known_model(other.model) is None or timing_key(other, size) != key:
            continue
        metrics = read_metrics(run.folder)
        if "images_per_second" in metrics:
            paces = metrics["images_per_second"][metrics["epoch"] > 1].dropna()
            if not paces.empty:
                slower = 1000 / float(paces.median()) / _training_ms(other, size, 0.0)
                found.append(_Timed(other.model, slower, key))
    return found


def _calibrated(workspace: Workspace, recipe: Recipe, size: int) -> list[_Timed]:
    """From what was timed for `recipe` before its start."""
    timing = read_timing(workspace, recipe, size)
    return [] if timing is None else [_Timed(recipe.model, timing.picture_ms / seen_ms(recipe, size))]


def _timed_tests(workspace: Workspace, recipe: Recipe, processes: int = 1) -> list[_Timed]:
    """From tests, newest first; before the others those that so many processes shared."""
    runs = {run.id: run for run in list_runs(workspace) if run.summary}
    found = []
    for evaluation in sorted(list_evaluations(workspace), key=lambda one: one.facts.processes != processes):
        facts, run = evaluation.facts, runs.get(evaluation.run_id)
        cells = 1 + len(facts.noises) * len(facts.severities)
        if (
            run is None
            or run.summary is None
            or not run.summary.size
            or known_model(run.recipe.model) is None
            or facts.images * cells < ENOUGH_PICTURES
            or facts.reused
        ):
            continue
        if recipe.device == "cpu" and facts.device != "CPU":
            continue
        one = cells_ms(run.recipe, run.summary.size, facts.noises, facts.severities, facts.passes)
        found.append(_Timed(run.recipe.model, facts.seconds / (facts.images * one / 1000)))
    return found


def _here(seconds: float, model: str, *timed: list[_Timed]) -> Span:
    """What takes `seconds` on CORES idle cores, on this machine.

    Args:
        timed: what says how fast it is, the nearest kind of work first.
    """
    for kind in timed:
        for one in kind:
            if one.model == model:
                return Span(seconds * one.slower, seconds * one.slower)
    for kind in timed:
        for one in kind:
            return Span(seconds * one.slower / APART, seconds * one.slower * APART)
    return never_timed(seconds)


def seconds_for(workspace: Workspace, recipe: Recipe, data_set: DataSet) -> Span:
    """How long training `recipe` on `data_set` will take on this machine, roughly, once it has started.

    A run of the same kind that trains now says how fast it is here, else the newest one that took long enough, else what was
    timed before the start, else a run or test of the same model, else one of another model, more roughly; time grows with the number of pixels and
    with what the noises cost.
    """
    training = round(recipe.share * data_set.split_counts["train"])
    validation = data_set.split_counts["validation"]
    one = _training_ms(recipe, data_set.size, validation / training if training else 0.0)
    seconds = recipe.epochs * training * one / 1000
    runs, key = _timed_runs(workspace, recipe), timing_key(recipe, data_set.size)
    return _here(
        seconds,
        recipe.model,
        _timed_now(workspace, recipe, data_set.size),
        [run for run in runs if run.key == key],
        _calibrated(workspace, recipe, data_set.size),
        runs,
        _timed_tests(workspace, recipe),
    )


def bytes_for(recipe: Recipe, data_set: DataSet, noises: Sequence[str], severities: Sequence[int]) -> int:
    """What a run keeps on the disk once it is trained and tested, roughly: its weights, best and last, and a row with
    two maps of each picture tested.

    Args:
        noises, severities: the cells of its test; clean pictures come on top.
    """
    weights = 2 * FLOAT * get_model(recipe.model).million_parameters * 1_000_000
    return round(weights) + bytes_to_test(recipe, data_set, noises, severities)


def bytes_to_test(
    recipe: Recipe,
    data_set: DataSet,
    noises: Sequence[str],
    severities: Sequence[int],
    images: int | None = None,
    maps: bool = True,
    more: int = 0,
) -> int:
    """The same of a test alone.

    Args:
        images: pictures of each cell; None: the test split.
        maps: are kept.
        more: cells besides.
    """
    places = get_model(recipe.model).places(recipe.network_side(data_set.size)) if maps else 0
    images = data_set.split_counts["test"] if images is None else images
    rows = images * (1 + len(noises) * len(severities) + more)
    return round(rows * (2 * HALF * places**2 + FLOAT * len(data_set.classes) + ROW_BYTES))


def seconds_to_test(
    workspace: Workspace,
    recipe: Recipe,
    data_set: DataSet,
    noises: Sequence[str],
    severities: Sequence[int],
    passes: float,
    processes: int = 1,
) -> Span:
    """How long testing a run of `recipe` on `data_set` will take, roughly, once it has started.

    Args:
        noises, severities: the cells, each of the whole test split; clean pictures come on top.
        passes: forward passes that a picture takes: those of the CAM method.
        processes: that share it.
    """
    images = data_set.split_counts["test"]
    rows = {noise: len(severities) * images for noise in noises} | {CLEAN: images}
    return seconds_for_rows(workspace, recipe, data_set, rows, passes, processes)


def rows_ms(recipe: Recipe, size: int, rows: Mapping[str, int], passes: float) -> float:
    """So many pictures of a test on CORES idle cores.

    Args:
        size: of the pictures, px.
        rows: pictures under each noise, CLEAN among them.
        passes: as of `look_ms`.
    """
    look = look_ms(get_model(recipe.model), recipe.network_side(size), passes)
    made = (noise_ms(noise, size) / CORES if noise != CLEAN else 0.0 for noise in rows)
    return sum(number * (look + one) for number, one in zip(rows.values(), made, strict=True))


def seconds_for_rows(
    workspace: Workspace,
    recipe: Recipe,
    data_set: DataSet,
    rows: Mapping[str, int],
    passes: float,
    processes: int = 1,
) -> Span:
    """As `seconds_to_test`, of pictures under each noise as `rows_ms` takes them."""
    return _here(
        rows_ms(recipe, data_set.size, rows, passes) / 1000,
        recipe.model,
        _timed_tests(workspace, recipe, processes),
        _calibrated(workspace, recipe, data_set.size),
        _timed_runs(workspace, recipe),
    )
