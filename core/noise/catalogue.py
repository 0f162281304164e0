"""What a noise is, and the catalogue of all of them.

A noise is one function in a file of core/noise/families: it takes one RGB uint8 image H,W,3, a
`numpy.random.Generator`, and its parameters, and returns an image of the same shape and type.
`@noise` and `Annotated` parameters say everything else once; sliders, command line, docs and
tests are made from that.
"""

import inspect
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, TypeVar, get_args

import numpy as np
from numpy.typing import NDArray

from core.errors import NotAChoice, NotUnderstood, OutOfRange, UnknownName
from core.noise.basis import Basis
from core.noise.sources import IMAGENET_C, IMAGENET_C_BAR
from core.pixels import Image
from core.registry import import_files
from core.words import Text, fill_text, listing, plain

Value = float | int | str
SeverityTable = Literal["imagenet_c", "tiny_imagenet_c", "cifar_10_c", "noiselens"]

Rule = Literal["identity", "order", "grey"]
"""What a noise keeps unless its definition forbids it: parameters that change nothing; a distance to clean
that grows with severity, on average over photos; a grey picture stays grey."""

REFERENCE_TABLES: dict[SeverityTable, int] = {
    "imagenet_c": 224,
    "tiny_imagenet_c": 64,
    "cifar_10_c": 32,
}
"""The tables published for ImageNet-C (Hendrycks and Dietterich 2019), with their picture size, px. The constants
of ImageNet-C-bar and CIFAR-10-C-bar (Mintun, Kirillov and Xie 2021) stand in the tables of the same size."""
C_BAR_TABLES: tuple[SeverityTable, ...] = ("imagenet_c", "cifar_10_c")
"""The two of them for which a set of ten held-out noises was published; the tens differ."""
OWN_TABLE: SeverityTable = "noiselens"
"""NoiseLens' own: of a noise for which nobody has published severities, or none for pictures of a size."""
ORIGINAL = ("salt_pepper", "bfs_noise", "blend", "pca")
"""The noises of the study of real faces and deepfakes that NoiseLens began with."""
CHOOSERS = ("speckle_noise", "gaussian_blur", "spatter", "saturate")
"""ImageNet-C's extra four, which its authors made for validation: under them the epoch of a run is chosen, and so they
are not in the standard set that it is then tested under."""
SEVERITIES = (1, 2, 3, 4, 5)
CLEAN = "clean"
"""What stands where a noise's key would, for a picture without noise."""
Cell = tuple[str, int]
"""A noise and a severity; (CLEAN, 0) without noise."""
FAMILIES: dict[str, Text] = {
    "additive": Text(en="Grain", ko="입자 노이즈"),
    "impulse": Text(en="Specks", ko="점 노이즈"),
    "blur": Text(en="Blur", ko="흐림"),
    "weather": Text(en="Weather", ko="날씨"),
    "light": Text(en="Light and colour", ko="빛과 색"),
    "digital": Text(en="Compression", ko="압축"),
    "sensor": Text(en="Camera sensor", ko="카메라 센서"),
    "lens": Text(en="Lens", ko="렌즈"),
    "structure": Text(en="Edges", ko="윤곽"),
    "hiding": Text(en="Hiding", ko="가리기"),
    "geometry": Text(en="Shape", ko="모양"),
    "mixing": Text(en="Mixing", ko="섞기"),
    "subspace": Text(en="Reduction", ko="차원 축소"),
    "held_out": Text(en="Kept for tests", ko="시험 전용"),
}
"""The kinds of noises, in the order of a picker, with their headings."""
HELD_OUT = "held_out"
"""The family of noises that nothing trains on unless somebody asks for it: they tell what a model stands that it
has never seen."""
RESAVED = "resaved"
"""The family of what is no noise to choose but a row of every test of an imported data set: it is in no list of noises, no set
and no mean. Such a row has one severity, RESAVED_SEVERITY."""
RESAVED_SEVERITY = 1
NEEDS = ("second", "basis")
"""What a noise may take besides the picture, as keywords: a second picture, RGB uint8 of any size; a basis
fitted on pictures. core.noise.defaults has a built-in one of each, `builtin_second` and `builtin_basis`."""


@dataclass(frozen=True)
class Param:
    """A numeric parameter: its range, both ends included, and how a slider shows it."""

    lowest: float
    highest: float
    step: float
    label: Text
    unit: str = ""
    """What the number counts: "px", "of white", "share of pixels", "" for a plain number."""


@dataclass(frozen=True)
class Choice:
    """A parameter that is one of a few words."""

    choices: Mapping[str, Text]
    """Each allowed value with its label."""
    label: Text


@dataclass(frozen=True)
class Preset:
    """A named set of parameters, for a card of the noise lab."""

    name: Text
    about: Text
    """What it sets and where it comes from, in one sentence."""
    params: Mapping[str, Value]


@dataclass(frozen=True)
class Parameter:
    """A declared parameter with what the function's signature adds to it."""

    name: str
    declared: Param | Choice
    default: Value
    integer: bool

    def checked(self, value: Any, noise_name: Text) -> Value:
        """`value` as the function takes it.

        Raises:
            OutOfRange, NotAChoice, NotUnderstood: it cannot be used; names the parameter and range.
        """
        if isinstance(self.declared, Choice):
            if value not in self.declared.choices:
                what = self._said(noise_name)
                raise NotAChoice(what=what, choices=listing(list(self.declared.choices), 20), value=value)
            return str(value)
        try:
            number = float(value)
        except (TypeError, ValueError, OverflowError):  # a whole number of hundreds of digits
            number = float("nan")
        if not np.isfinite(number) or (self.integer and number != int(number)):
            kind = Text(en="a whole number", ko="정수") if self.integer else Text(en="a number", ko="수")
            raise NotUnderstood(value=value, what=kind, form=f"{self.name}={self.default}")
        if not self.declared.lowest <= number <= self.declared.highest:
            what = self._said(noise_name)
            raise OutOfRange(
                what=what, lowest=self.declared.lowest, highest=self.declared.highest, value=value
            )
        return int(number) if self.integer else number

    def _said(self, noise_name: Text) -> Text:
        """How an error names it."""
        return fill_text(Text(en="{noise}: {name}", ko="{noise}: {name}"), noise=noise_name, name=self.name)


@dataclass(frozen=True)
class Noise:
    """One entry of the catalogue."""

    key: str
    name: Text
    sentence: Text
    """What it is and where it comes from, for people who don't program."""
    also: Text | None
    """Everyday words by which it is looked for besides its name, with commas between: "old photo, vintage"."""
    family: str
    fleeting: bool
    """In a video it falls anew on each frame, as grain and rain do; else it stays where it is, as dirt on a lens."""
    source: Text
    """The paper, standard or library that its formula comes from; names of papers are the same in both languages."""
    parameters: tuple[Parameter, ...]
    severities: Mapping[SeverityTable, tuple[Mapping[str, Value], ...]]
    """For each table five sets of parameters, severity 1 first."""
    function: Callable[..., Image]
    needs: tuple[str, ...]
    """Which of NEEDS it takes."""
    identity: Mapping[str, Value] | None
    """Parameters that leave any picture as it is, defaults for the rest; None where "identity" is an exception."""
    exceptions: Mapping[Rule, Text]
    """The catalogue's rules that its definition forbids, each with why."""
    differs: int
    """Levels by which a value may differ between machines, where floating point is in the way; 0: never."""
    presets: Mapping[str, Preset]
    matrix: Callable[..., NDArray[np.float64]] | None
    """For a noise that moves pixels by a projective map: (height, width, generator, **params) to the 3x3
    matrix from places of the clean picture to places of the noisy one, px, as OpenCV counts them."""

    @property
    def needs_second(self) -> bool:
        """Takes a second picture."""
        return "second" in self.needs

    @property
    def held_out(self) -> bool:
        """Kept for tests: no ready-made mix trains on it."""
        return self.family == HELD_OUT

    def published(self, table: str) -> bool:
        """Whether its severities for `table` are those of its paper, not ours."""
        return self.table(table) != OWN_TABLE and self.source["en"] in (IMAGENET_C, IMAGENET_C_BAR)

    def table(self, wanted: str) -> SeverityTable:
        """`wanted` where this noise has it, else our own, else the one it has."""
        if wanted in self.severities:
            return typing.cast(SeverityTable, wanted)
        if OWN_TABLE in self.severities:
            return OWN_TABLE
        return next(iter(self.severities))

    def at_severity(self, severity: int, table: str = "imagenet_c") -> dict[str, Value]:
        """All parameters at `severity` 1..5 of the table (or of the one table that it has).

        Raises:
            OutOfRange: the severity is not 1..5.
        """
        if severity not in SEVERITIES:
            raise OutOfRange(what=Text(en="The severity", ko="강도"), lowest=1, highest=5, value=severity)
        return self.checked(self.severities[self.table(table)][severity - 1])

    def checked(self, params: Mapping[str, Any]) -> dict[str, Value]:
        """`params` with defaults filled in, each within its range.

        Raises:
            UnknownName, OutOfRange, NotAChoice, NotUnderstood.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in params:
            if name not in known:
                kind = fill_text(Text(en="parameter of {noise}", ko="{noise}의 매개변수"), noise=self.name)
                raise UnknownName(kind, name, known)
        return {
            name: parameter.checked(params.get(name, parameter.default), self.name)
            for name, parameter in known.items()
        }

    def apply(
        self,
        image: Image,
        generator: np.random.Generator,
        params: Mapping[str, Any],
        second: Image | None = None,
        basis: Basis | None = None,
    ) -> Image:
        """The noisy picture; `image` stays as it is.

        Args:
            image: RGB uint8 H,W,3, any size from 1x1.
            generator: where all chance comes from; see core.noise.stack.generator_for.
            params: some or all parameters; defaults for the rest.
            second, basis: for a noise that needs them; None takes the built-in one.
        """
        return self.run(image, generator, self.checked(params), second, basis)

    def run(
        self,
        image: Image,
        generator: np.random.Generator,
        values: Mapping[str, Value],
        second: Image | None = None,
        basis: Basis | None = None,
    ) -> Image:
        """`apply` with parameters that `checked` gave."""
        if not self.needs:
            return self.function(image, generator, **values)
        given = {"second": second, "basis": basis}
        taken = {need: _builtin(need) if given[need] is None else given[need] for need in self.needs}
        return self.function(image, generator, **taken, **values)


def _builtin(need: str) -> Any:
    from core.noise import defaults  # pictures are read only where one is needed

    return getattr(defaults, f"builtin_{need}")()


_catalogue: dict[str, Noise] = {}
F = TypeVar("F", bound=Callable[..., Image])


def noise(
    *,
    name: Text,
    sentence: Text,
    also: Text | None = None,
    family: str,
    fleeting: bool = False,
    source: Text | str,
    severities: Mapping[SeverityTable, tuple[Mapping[str, Value], ...]],
    identity: Mapping[str, Value] | None = None,
    exceptions: Mapping[Rule, Text] | None = None,
    differs: int = 0,
    presets: Mapping[str, Preset] | None = None,
    matrix: Callable[..., NDArray[np.float64]] | None = None,
) -> Callable[[F], F]:
    """Register the decorated function under its own name; the function itself is unchanged.

    The arguments are the fields of Noise; a source that is a name alone stands as it is. tests/core/noise/test_catalogue.py holds every noise to them.

    Raises:
        ValueError: the declaration is wrong: key taken, unknown family, no range on a parameter,
            not five severities.
        OutOfRange, NotAChoice, UnknownName: a severity, preset, identity or default cannot be used.
    """

    def register(function: F) -> F:
        key = function.__name__
        if key in _catalogue:
            raise ValueError(f"two noises are called {key}")
        entry = Noise(
            key=key,
            name=name,
            sentence=sentence,
            also=also,
            family=family,
            fleeting=fleeting,
            source=plain(source) if isinstance(source, str) else source,
            parameters=_parameters(function),
            severities=severities,
            function=function,
            needs=tuple(need for need in NEEDS if need in inspect.signature(function).parameters),
            identity=identity,
            exceptions=exceptions or {},
            differs=differs,
            presets=presets or {},
            matrix=matrix,
        )
        if family not in FAMILIES and family != RESAVED:
            raise ValueError(f"{key}: there is no family {family}")
        if (identity is None) != ("identity" in entry.exceptions):
            raise ValueError(f"{key}: say which parameters change nothing, or why none do")
        entry.checked(identity or {})
        for preset in entry.presets.values():
            entry.checked(preset.params)
        for table, rows in severities.items():
            if len(rows) != len(SEVERITIES):
                raise ValueError(f"{key}: table {table} has {len(rows)} severities, not 5")
            for row in rows:
                entry.checked(row)
        _catalogue[key] = entry
        return function

    return register


def _parameters(function: Callable[..., Image]) -> tuple[Parameter, ...]:
    hints = typing.get_type_hints(function, include_extras=True)
    found = []
    for name, argument in list(inspect.signature(function).parameters.items())[2:]:
        if name in NEEDS:
            continue
        hint = hints[name]
        declared = [extra for extra in get_args(hint)[1:] if isinstance(extra, Param | Choice)]
        if typing.get_origin(hint) is not Annotated or len(declared) != 1:
            raise ValueError(f"{function.__name__}: {name} has no Param or Choice")
        found.append(
            Parameter(
                name=name,
                declared=declared[0],
                default=argument.default,
                integer=get_args(hint)[0] is int,
            )
        )
    return tuple(found)


@cache
def _load() -> Mapping[str, Noise]:
    import_files("core.noise.families")
    return _catalogue


def all_noises() -> list[Noise]:
    """Every noise that can be chosen, by family in the order of FAMILIES, then key."""
    order = list(FAMILIES)
    entries = [entry for entry in _load().values() if entry.family != RESAVED]
    return sorted(entries, key=lambda entry: (order.index(entry.family), entry.key))


def resaved_rows() -> list[str]:
    """The keys of RESAVED."""
    return sorted(entry.key for entry in _load().values() if entry.family == RESAVED)


def standard_noises() -> list[str]:
    """The keys of the noises that a run is tested under unless others are asked for: ImageNet-C's fifteen, and
    those of the study that NoiseLens began with."""
    return [
        entry.key
        for entry in all_noises()
        if (entry.source["en"] == IMAGENET_C and entry.key not in CHOOSERS) or entry.key in ORIGINAL
    ]


def c_bar_noises(table: str) -> list[str]:
    """The keys of the ten noises of ImageNet-C-bar or of CIFAR-10-C-bar.

    Args:
        table: a severity table; the ten are those whose pictures are nearest to its pictures in size:
            CIFAR-10-C-bar's (32 px) for `cifar_10_c` and `tiny_imagenet_c`, else ImageNet-C-bar's (224 px).
    """
    size = REFERENCE_TABLES.get(typing.cast(SeverityTable, table), REFERENCE_TABLES["imagenet_c"])
    nearest = min(C_BAR_TABLES, key=lambda one: abs(REFERENCE_TABLES[one] - size))
    return [entry.key for entry in all_noises() if entry.held_out and nearest in entry.severities]


def get_noise(key: str) -> Noise:
    """The noise called `key`.

    Raises:
        UnknownName: there is none; says which are near.
    """
    noises = _load()
    if key not in noises:
        raise UnknownName(Text(en="noise", ko="노이즈"), key, noises)
    return noises[key]


def noise_name(key: str) -> Text:
    """What people call a noise; one that only another version knows by its key."""
    noise = _load().get(key)
    return plain(key) if noise is None else noise.name


def noise_sentence(key: str) -> Text | None:
    """What a noise does; None for one that only another version knows."""
    noise = _load().get(key)
    return None if noise is None else noise.sentence


def table_for_size(size: int) -> SeverityTable:
    """The severity table whose pictures are nearest in size, for a data set of `size` px."""
    return min(REFERENCE_TABLES, key=lambda table: abs(REFERENCE_TABLES[table] - size))


def checked_table(table: str) -> SeverityTable:
    """`table` if it is one of the tables.

    Raises:
        UnknownName: it is not.
    """
    if table not in get_args(SeverityTable):
        raise UnknownName(Text(en="severity table", ko="강도표"), table, get_args(SeverityTable))
    return typing.cast(SeverityTable, table)


def described(entry: Noise) -> dict[str, Any]:
    """What `python -m core noises --json` says of a noise: plain data, stable keys."""
    parameters = []
    for parameter in entry.parameters:
        declared = parameter.declared
        about: dict[str, Any] = {"name": parameter.name, "label": dict(declared.label)}
        if isinstance(declared, Choice):
            about |= {"choices": list(declared.choices), "default": parameter.default}
        else:
            about |= {
                "lowest": declared.lowest,
                "highest": declared.highest,
                "step": declared.step,
                "default": parameter.default,
                "unit": declared.unit,
            }
        parameters.append(about)
    return {
        "key": entry.key,
        "name": dict(entry.name),
        "sentence": dict(entry.sentence),
        "family": entry.family,
        "source": entry.source["en"],
        "parameters": parameters,
        "severities": {
            table: [entry.checked(row) for row in rows] for table, rows in entry.severities.items()
        },
        "exceptions": {rule: dict(why) for rule, why in entry.exceptions.items()},
        "presets": {
            key: {"name": dict(preset.name), "params": entry.checked(preset.params)}
            for key, preset in entry.presets.items()
        },
        "needs_second": entry.needs_second,
        "needs": list(entry.needs),
    }
