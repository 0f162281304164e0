"""Values of a noise's parameters that a test shows it at, in the place of its severities. No torch."""

from dataclasses import dataclass, field
from typing import Self

from core.errors import NotUnderstood, OutOfRange
from core.noise.catalogue import Value, noise_name
from core.noise.stack import Layer
from core.records import Record
from core.words import Text, fill_text

MOST_VALUES = 20
"""Of one test."""
FORM = "gaussian_noise:sd=0.05,0.1,0.2"


@dataclass(frozen=True)
class Values(Record):
    """One noise at values of its parameters; the first stands where severity 1 would, and so on."""

    noise: str = ""
    """"": there are none, and severities are tested."""
    steps: list[dict[str, str | int | float]] = field(default_factory=list)
    """The parameters that were named; the others have their defaults."""

    def __bool__(self) -> bool:
        return bool(self.noise)

    @property
    def levels(self) -> list[int]:
        """What stands in the place of severities."""
        return list(range(1, len(self.steps) + 1))

    @property
    def words(self) -> Text:
        """What is tested, for people: "Gaussian noise at sd=0.05, 0.1"."""
        found: dict[str, dict[str, None]] = {}
        for step in self.steps:
            for name, value in step.items():
                found.setdefault(name, {})[_written(value)] = None
        said = "; ".join(f"{name}={', '.join(values)}" for name, values in found.items())
        return fill_text(
            Text(en="{noise} at {said}", ko="{noise} {said}"), noise=noise_name(self.noise), said=said
        )

    def text_of(self, level: int) -> str:
        """What stands in the place of a severity: "sd=0.1"."""
        return ", ".join(f"{name}={_written(value)}" for name, value in self.steps[level - 1].items())

    def layer(self, level: int) -> Layer:
        """
        Raises:
            UserMistake: as core.noise.catalogue.Noise.checked.
        """
        if not 1 <= level <= len(self.steps):
            what = Text(en="The place among the values", ko="값의 순서")
            raise OutOfRange(what=what, lowest=1, highest=len(self.steps), value=level)
        return Layer.make(self.noise, self.steps[level - 1])

    def check(self) -> None:
        """
        Raises:
            UnknownName, OutOfRange, NotAChoice, NotUnderstood: no such noise or parameter, or a value that it cannot have.
        """
        if not 1 <= len(self.steps) <= MOST_VALUES:
            what = Text(en="The number of values", ko="값의 개수")
            raise OutOfRange(what=what, lowest=1, highest=MOST_VALUES, value=len(self.steps))
        for level in self.levels:
            self.layer(level)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Those of a text like "gaussian_noise:sd=0.05,0.1,0.2"; of several parameters, with colons between, each has as many
        values as the others, or one that stays.

        Raises:
            NotUnderstood, and as of `check`.
        """
        key, *pieces = (piece.strip() for piece in text.split(":"))
        columns: dict[str, list[str]] = {}
        wrong = NotUnderstood(
            value=text, what=Text(en="values of a noise's parameters", ko="노이즈 매개변수 값"), form=FORM
        )
        for piece in pieces:
            name, equals, said = (part.strip() for part in piece.partition("="))
            values = [one.strip() for one in said.split(",")]
            if not equals or not all(values) or name in columns:
                raise wrong
            columns[name] = values
        if not columns:
            raise wrong
        number = max(map(len, columns.values()))
        if any(len(values) not in (1, number) for values in columns.values()):
            raise wrong
        rows: list[dict[str, Value]] = [
            {name: values[min(place, len(values) - 1)] for name, values in columns.items()}
            for place in range(number)
        ]
        found = cls(key, rows)
        found.check()
        # As the noise takes them: "0.10" is 0.1, and the same value twice is one.
        steps = [{name: found.layer(level).params[name] for name in columns} for level in found.levels]
        return cls(key, [step for place, step in enumerate(steps) if step not in steps[:place]])


def _written(value: Value) -> str:
    return value if isinstance(value, str) else f"{value:g}"
