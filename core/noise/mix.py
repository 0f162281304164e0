"""A noise mix: what training draws from. At most one noise falls on a picture; the rest stay clean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import NotUnderstood, OnlyTested, OutOfRange
from core.noise.catalogue import RESAVED, Value, get_noise
from core.noise.stack import FittedBasis, Layer, SecondPicture, apply_stack, generator_for
from core.pixels import Image
from core.records import filled, fits
from core.words import Text, fill_text, listing


@dataclass(frozen=True)
class Drawn:
    """One noise that some of many pictures get, each with parameters of its own."""

    noise: str
    places: NDArray[np.int64]
    """Of these pictures among all."""
    rows: list[Mapping[str, Value]]
    """All parameters, checked, of each of them."""

    @property
    def layers(self) -> list[tuple[int, Layer]]:
        """Each picture's place and what is put on it."""
        return [
            (place, Layer(self.noise, row))
            for place, row in zip(self.places.tolist(), self.rows, strict=True)
        ]


@dataclass(frozen=True)
class MixPart:
    """One noise of a mix."""

    noise: str
    probability: float
    """Share of the pictures that get it, 0..1."""
    lowest: int = 1
    highest: int = 5
    """Severities drawn evenly from lowest..highest."""
    parameters: Mapping[str, tuple[float, float]] = field(default_factory=dict, hash=False)
    """Where there are any, no severity is drawn but each of these parameters evenly from its range; the others keep
    their defaults."""

    def draw(self, generator: np.random.Generator, table: str) -> Layer:
        """The noise as one picture gets it."""
        if not self.parameters:
            severity = int(generator.integers(self.lowest, self.highest + 1))
            return _layer(self.noise, severity, table)
        whole = {parameter.name for parameter in get_noise(self.noise).parameters if parameter.integer}
        drawn: dict[str, Value] = {
            name: int(generator.integers(int(low), int(high) + 1))
            if name in whole
            else float(generator.uniform(low, high))
            for name, (low, high) in self.parameters.items()
        }
        return Layer.make(self.noise, drawn)

    def draw_all(self, generator: np.random.Generator, count: int, table: str) -> list[Mapping[str, Value]]:
        """The parameters of so many pictures: in law those of `draw`, drawn together."""
        entry = get_noise(self.noise)
        if not self.parameters:
            severities = generator.integers(self.lowest, self.highest + 1, count).tolist()
            rows = {severity: entry.at_severity(severity, table) for severity in set(severities)}
            return [rows[severity] for severity in severities]
        whole = {parameter.name for parameter in entry.parameters if parameter.integer}
        columns = [
            generator.integers(int(low), int(high) + 1, count).tolist()
            if name in whole
            else generator.uniform(low, high, count).tolist()
            for name, (low, high) in self.parameters.items()
        ]
        rest = entry.checked({})
        return [
            rest | dict(zip(self.parameters, values, strict=True)) for values in zip(*columns, strict=True)
        ]

    def at_share(self, share: float) -> Layer:
        """The noise with each of `parameters` at that share of its range, 0 its lowest end and 1 its highest."""
        whole = {parameter.name for parameter in get_noise(self.noise).parameters if parameter.integer}
        values = {name: low + share * (high - low) for name, (low, high) in self.parameters.items()}
        return Layer.make(
            self.noise, {name: round(value) if name in whole else value for name, value in values.items()}
        )

    def eased(self, share: float, table: str) -> "MixPart":
        """The same with the harder part of its range left out; with `share` 1 all of it is there, with 0 the easiest alone.

        A parameter's easy end is the one that is nearer to what severity 1 has of it.
        """
        highest = self.lowest + round(share * (self.highest - self.lowest))
        entry = get_noise(self.noise)
        weak, strong = (entry.at_severity(severity, table) for severity in (1, 5))
        ranges: dict[str, tuple[float, float]] = {}
        for name, (low, high) in self.parameters.items():
            room = share * (high - low)
            first, last = weak[name], strong[name]
            if isinstance(first, str) or isinstance(last, str) or first == last:
                ranges[name] = (low, high)
            else:
                ranges[name] = (low, low + room) if first < last else (high - room, high)
        return replace(self, highest=highest, parameters=ranges)

    @property
    def range_text(self) -> str:
        """What it draws from, as `Mix.from_texts` takes it: "1-5", or "sd=0.1..0.3"."""
        if self.parameters:
            ends = {name: dict.fromkeys(f"{end:g}" for end in pair) for name, pair in self.parameters.items()}
            return ",".join(f"{name}={'..'.join(pair)}" for name, pair in ends.items())
        return f"{self.lowest}-{self.highest}"

    def to_json(self) -> dict[str, Any]:
        said = {"noise": self.noise, "probability": self.probability}
        said |= {"lowest": self.lowest, "highest": self.highest}
        ranges = {name: list(ends) for name, ends in self.parameters.items()}
        return said | ({"parameters": ranges} if ranges else {})


@dataclass(frozen=True)
class Mix:
    """Noises with probability and severity range; the empty mix is clean training."""

    parts: tuple[MixPart, ...] = ()

    @classmethod
    def make(cls, parts: Sequence[MixPart]) -> "Mix":
        """A mix that can be drawn from.

        Raises:
            UnknownName, OutOfRange: no such noise or parameter; a share outside 0..1 or over 1 in sum; severities
                outside 1..5 or the wrong way round, and so with the parameters' own ranges.
            NotUnderstood, NotAChoice: an end of a parameter's range is nothing that it can be.
            OnlyTested: it is no noise but a row of tests.
        """
        for entry in parts:
            noise = get_noise(entry.noise)
            if noise.family == RESAVED:
                raise OnlyTested(noise=entry.noise)
            for name, (low, high) in entry.parameters.items():
                noise.checked({name: low})
                noise.checked({name: high})
                if low > high:
                    what = Text(
                        en=f"The range of {name} of {entry.noise} (low..high)",
                        ko=f"{entry.noise} {name} 범위(낮음..높음)",
                    )
                    raise OutOfRange(what=what, lowest=high, highest=low, value=f"{low:g}..{high:g}")
            share = Text(en=f"The share of {entry.noise}", ko=f"{entry.noise} 비율")
            if not 0 <= entry.probability <= 1:
                raise OutOfRange(what=share, lowest=0, highest=1, value=entry.probability)
            if not 1 <= entry.lowest <= entry.highest <= 5:
                severities = Text(
                    en=f"The severities of {entry.noise} (low-high)", ko=f"{entry.noise} 강도(낮음-높음)"
                )
                raise OutOfRange(
                    what=severities, lowest=1, highest=5, value=f"{entry.lowest}-{entry.highest}"
                )
        total = sum(entry.probability for entry in parts)
        if total > 1 + 1e-9:
            whole = Text(en="The sum of the shares", ko="비율의 합")
            raise OutOfRange(what=whole, lowest=0, highest=1, value=round(total, 4))
        return cls(tuple(parts))

    @classmethod
    def from_texts(cls, texts: Sequence[str]) -> "Mix":
        """A mix from texts of the form KEY:PROB:LOW-HIGH ("gaussian_noise:0.5:1-5"), or with ranges of parameters
        in place of severities ("gaussian_noise:0.5:sd=0.1..0.3")."""
        parts = []
        for text in texts:
            pieces = text.split(":")
            try:
                if len(pieces) != 3:
                    raise ValueError
                if "=" in pieces[2]:
                    parts.append(MixPart(pieces[0], float(pieces[1]), parameters=_ranges(pieces[2])))
                    continue
                low, _, high = pieces[2].partition("-")
                parts.append(MixPart(pieces[0], float(pieces[1]), int(low), int(high or low)))
            except ValueError:
                raise NotUnderstood(
                    value=text, what=Text(en="part of a mix", ko="노이즈 섞기"), form="gaussian_noise:0.5:1-5"
                ) from None
        return cls.make(parts)

    def to_texts(self) -> list[str]:
        """The texts that `from_texts` takes."""
        return [f"{entry.noise}:{entry.probability:g}:{entry.range_text}" for entry in self.parts]

    @classmethod
    def read(cls, value: Any) -> "Mix":
        """The mix that `to_json` of this or another version wrote: what is not understood is left out, nothing checked."""
        defaults = {"noise": "", "probability": 0.0, "lowest": 1, "highest": 5}
        parts = value if isinstance(value, list | tuple) else ()
        known = [
            {name: filled(part, defaults)[name] for name in defaults}
            | {"parameters": _known_ranges(part.get("parameters") if isinstance(part, dict) else None)}
            for part in parts
        ]
        return cls(tuple(MixPart(**part) for part in known if part["noise"]))

    def to_json(self) -> list[dict[str, Any]]:
        return [entry.to_json() for entry in self.parts]

    @property
    def noises(self) -> list[str]:
        """The keys of its noises, in order, each once."""
        return list(dict.fromkeys(entry.noise for entry in self.parts if entry.probability > 0))

    def held_out_sentence(self) -> Text | None:
        """That noises kept for tests are among its own; None where none is."""
        names = [get_noise(key).name for key in self.noises if get_noise(key).held_out]
        if not names:
            return None
        said = Text(
            en="Kept for tests: {noises}. A model that trains on it can no longer show there how it stands noise that "
            "it has never seen.",
            ko="시험 전용 노이즈입니다: {noises}. 학습에 섞으면, 처음 보는 노이즈를 얼마나 견디는지 이 노이즈로는 더 알 수 없습니다.",
        )
        listed = Text(en=listing([name["en"] for name in names]), ko=listing([name["ko"] for name in names]))
        return fill_text(said, noises=listed)

    def draw(self, generator: np.random.Generator, table: str) -> Layer | None:
        """The noise that one picture gets, or None: it stays clean."""
        point = generator.random()
        for entry in self.parts:
            point -= entry.probability
            if point < 0:
                return entry.draw(generator, table)
        return None

    def drawn_for(self, seed: int, index: int, table: str) -> Layer | None:
        """What `draw` gives the picture with the number `index` of one draw of the mix."""
        return self.draw(generator_for(seed, index, "mix", 0), table)

    def draw_all(self, generator: np.random.Generator, count: int, table: str) -> list[Drawn]:
        """What so many pictures get: in law that of `draw` for each, drawn together. Who is in none stays clean."""
        ends = np.cumsum([entry.probability for entry in self.parts])
        which = np.searchsorted(ends, generator.random(count), side="right")
        found: dict[str, Drawn] = {}
        for number, entry in enumerate(self.parts):
            places = np.flatnonzero(which == number)
            rows = entry.draw_all(generator, len(places), table)
            if entry.noise in found:
                before = found[entry.noise]
                places, rows = np.concatenate([before.places, places]), before.rows + rows
            found[entry.noise] = Drawn(entry.noise, places, rows)
        return [drawn for drawn in found.values() if len(drawn.places)]

    def eased(self, share: float, table: str) -> "Mix":
        """The same with the harder part of each range left out; see `MixPart.eased`."""
        return Mix(tuple(entry.eased(share, table) for entry in self.parts))

    def apply(
        self,
        image: Image,
        seed: int,
        index: int,
        table: str,
        second: SecondPicture = None,
        basis: FittedBasis = None,
    ) -> Image:
        """`image` (RGB uint8 H,W,3) with the noise that (seed, index) draws for it; never altered in place."""
        if not self.parts:
            return image
        layer = self.drawn_for(seed, index, table)
        return image if layer is None else apply_stack(image, [layer], seed, index, second, basis)


@lru_cache(maxsize=256)
def _layer(noise: str, severity: int, table: str) -> Layer:
    """One for all pictures that get it: its parameters are checked once."""
    return Layer.at_severity(noise, severity, table)


def _ranges(text: str) -> dict[str, tuple[float, float]]:
    """ "sd=0.1..0.3,colour=0" as ranges.

    Raises:
        ValueError.
    """
    found = {}
    for piece in text.split(","):
        name, equals, ends = piece.partition("=")
        low, _, high = ends.partition("..")
        if not (name and equals) or name in found:
            raise ValueError
        found[name.strip()] = (float(low), float(high or low))
    return found


def _known_ranges(said: Any) -> dict[str, tuple[float, float]]:
    """Those of the ranges in a file that are two numbers."""
    return {
        str(name): (ends[0], ends[1])
        for name, ends in (said.items() if isinstance(said, dict) else ())
        if isinstance(ends, list | tuple) and len(ends) == 2 and all(fits(end, 0.0) for end in ends)
    }
