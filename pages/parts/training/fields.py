"""The boxes of a recipe that most people never need, folded away; the fold's head says what differs from the proposal."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields
from shutil import which
from typing import Any, get_args

import streamlit as st

from core.lab.showcase import read_hardware
from core.runs.presets import PRESETS
from core.runs.proposals import Proposal
from core.runs.recipe import (
    CHOICES,
    HEAD_RATE,
    LIMITS,
    PRETRAINED_RATE,
    RANDOM,
    RATE,
    SGD_DECAY,
    Recipe,
    Trains,
    fitting_rate,
)
from core.words import Text, plain
from pages.parts.address import adopt, asked, keep
from pages.parts.choices import segmented_control, select_slider, selectbox
from pages.parts.i18n import literal, say, t
from pages.parts.number_field import number_field
from pages.parts.services.workspace import workspace

DEVICES = ["auto", "cpu", "cuda"]
BATCHES = (16, 32, 64, 128, 256)
GROUPS: dict[str, tuple[str, ...]] = {
    "learning": (
        "optimiser",
        "schedule",
        "learning_rate",
        "weight_decay",
        "batch_size",
        "accumulate",
        "patience",
        "label_smoothing",
        "average",
    ),
    "pictures": ("side", "share", "balance", "flips", "crops", "augmentation", "objective"),
    "computer": ("device", "precision", "threads", "seed"),
}
"""The fields of a recipe that have a box here, as they are shown."""
BY_PRESET = ("augmentation", "objective")
"""Those that a published recipe decides, where one is chosen."""
IN_ADDRESS = ("optimiser", "schedule", "balance", "precision", "device", *BY_PRESET)
"""Choices that the address has as their key; Streamlit's own binding would write the label there, in one language."""
OVER_EPOCHS = ("each_epoch", "easy_to_hard", "once")
"""What becomes of the noise from epoch to epoch; any two of them exclude each other."""
WORDS = {"learning_rate": "rate", "batch_size": "batch", "share": "part"}
"""What the texts of a field begin with, where not with its name."""
STEPS: dict[str, float] = {
    "learning_rate": 1e-3,
    "weight_decay": 0.01,
    "label_smoothing": 0.05,
    "average": 0.01,
    "share": 0.05,
    "side": 32,
}
"""Of a number's box; 1 where none stands here."""
ZERO = {
    "side": "train.zero_automatic",
    "threads": "train.zero_automatic",
    "patience": "train.zero_off",
    "average": "train.zero_off",
    "label_smoothing": "train.zero_off",
}
"""What 0 means, where it is no number like others."""
NUMBERS = set(LIMITS) - {"batch_size"}
"""Fields whose box is one for a number."""
NAMED = 3
"""Fields that the fold's head names; more are counted."""
USUAL = Recipe("", "", "")


def devices() -> list[str]:
    """What training may be told to run on here: CUDA where this computer has it."""
    found = read_hardware(workspace())
    # While nobody has looked yet: its driver brings this program along.
    cuda = which("nvidia-smi") is not None if found is None else found["device"] == "cuda"
    return [one for one in DEVICES if one != "cuda" or cuda]


def field_key(name: str, start: str, trains: Trains, optimiser: str) -> str:
    """Session: the box for a field; another one where another value fits."""
    by_optimiser = "_sgd" if optimiser == "sgd" else ""
    if name == "learning_rate":
        kind = "" if start == RANDOM else "_imagenet"
        return f"train_rate{'_head' if trains == 'head' else kind}{by_optimiser}"
    if name == "weight_decay":
        return f"train_weight_decay{by_optimiser}"
    return f"train_{WORDS.get(name, name)}"


def fill_fields(recipe: Recipe, start: str) -> None:
    """Have the boxes show a recipe, for the next run of the page.

    Args:
        start: what the form's own boxes say that it starts from.
    """
    trains: Trains = "all" if start == RANDOM else recipe.trains
    for name in [name for group in GROUPS.values() for name in group]:
        value, usual = getattr(recipe, name), getattr(USUAL, name)
        place = field_key(name, start, trains, recipe.optimiser)
        st.session_state[place] = float(value) if isinstance(usual, float) else value
    over = recipe.mix_over_epochs if recipe.mix_over_epochs != "same" else recipe.drawn
    st.session_state["train_over_epochs"] = over


def adopt_value(place: str, kind: Any) -> None:
    """Take what the address says of the box `place` into it, where it is of the kind of `kind`.

    Streamlit's own binding would not do: what is filled in by a click does not come into the address, and where the range
    of a box changes, the address counts and not what was filled in.
    """
    said = asked("train", place)
    if said is None:
        return
    if isinstance(kind, bool):
        st.session_state[place] = said == "true"
        return
    with suppress(ValueError):
        st.session_state[place] = type(kind)(said)


class Fields:
    """The boxes, for what the form has chosen above them."""

    def __init__(self, start: str, trains: Trains, best: Proposal, by_preset: bool) -> None:
        """
        Args:
            by_preset: a published recipe decides BY_PRESET.
        """
        self._start, self._trains = start, trains
        hidden = BY_PRESET if by_preset else ()
        self._groups = {
            title: [name for name in names if name not in hidden] for title, names in GROUPS.items()
        }
        for name in IN_ADDRESS:
            known = devices() if name == "device" else get_args(CHOICES[name][1])
            adopt("train", name, self.key(name), CHOICES[name][0], {one: plain(one) for one in known})
        sgd = self._shown("optimiser", "adamw") == "sgd"
        for name in [name for names in self._groups.values() for name in names if name not in IN_ADDRESS]:
            adopt_value(self.key(name), getattr(USUAL, name))
        rate = fitting_rate(start != RANDOM, "sgd" if sgd else "adamw", trains)
        self.usual: dict[str, Any] = {one.name: getattr(USUAL, one.name) for one in fields(Recipe)} | {
            "learning_rate": rate if sgd else best.learning_rate,
            "weight_decay": SGD_DECAY if sgd else USUAL.weight_decay,
        }
        """What is proposed, by field."""

    def key(self, name: str) -> str:
        """Session: the box for a field."""
        optimiser = st.session_state.get("train_optimiser") or "adamw"
        return field_key(name, self._start, self._trains, optimiser)

    def _shown(self, name: str, usual: Any) -> Any:
        """What the box of a field shows, before it is drawn."""
        said = st.session_state.get(self.key(name))
        return usual if said is None else said

    @property
    def shown(self) -> dict[str, Any]:
        """What the boxes show, by field."""
        names = [name for group in self._groups.values() for name in group]
        return {name: self._shown(name, self.usual[name]) for name in names}

    @property
    def head(self) -> str:
        """What the fold is called: what differs from the proposal, in words."""
        differs = {name: value for name, value in self.shown.items() if value != self.usual[name]}
        said = [self._said(name, value) for name, value in differs.items()]
        if name := str(st.session_state.get("train_name", st.query_params.get("train_name", ""))).strip():
            said = [f"{t('train.name')}: {literal(name)}", *said]
        if not said:
            return t("train.more_as_proposed")
        more = len(said) - NAMED
        listed = " · ".join([*said[:NAMED], *([t("train.more_others", n=more)] if more > 0 else [])])
        return t("train.more_differ", said=listed)

    def _said(self, name: str, value: Any) -> str:
        label = t(f"train.{WORDS.get(name, name)}")
        if isinstance(value, bool):
            return label
        words = (
            self._option(name, value)
            if name in CHOICES
            else f"{value:g}"
            if isinstance(value, float)
            else value
        )
        return f"{label}: {words}"

    def _option(self, name: str, option: str) -> str:
        if name == "augmentation" and option:
            return say(PRESETS[option].name)
        return t(f"train.{name}_{option or 'none'}")

    def draw(self, idle: Mapping[str, Text], below: Mapping[str, Callable[[], None]]) -> dict[str, Any]:
        """The boxes; what they say by field, None of a number outside its range.

        Args:
            idle: why fields change nothing, as core.runs.effects.without_effect gives it.
            below: what draws more under the box of a field.
        """
        found: dict[str, Any] = {}
        for title, names in self._groups.items():
            st.markdown(f"**{t(f'train.fields_{title}')}**")
            for row in self._rows(names):
                places = st.columns(2) if len(row) == 2 else [st.container()]
                for name, place in zip(row, places, strict=True):
                    with place:
                        found[name] = self._draw(name)
                        if name in idle:
                            st.caption(f":material/info: {literal(say(idle[name]))}")
                for name in row:
                    if name in below:
                        below[name]()
        keep(
            "train",
            **{
                name if name in IN_ADDRESS else self.key(name): self._address(name, found.get(name))
                for names in GROUPS.values()
                for name in names
            },
        )
        return found

    def _rows(self, names: Sequence[str]) -> list[list[str]]:
        """The fields of each row of boxes: two numbers stand beside each other."""
        rows: list[list[str]] = []
        for name in names:
            if rows and len(rows[-1]) == 1 and {name, *rows[-1]} <= NUMBERS:
                rows[-1].append(name)
            else:
                rows.append([name])
        return rows

    def _address(self, name: str, value: Any) -> str | None:
        """A value as the address has it: what is usual does not stand there."""
        return None if value is None or value == self.usual[name] else str(value).lower()

    def _draw(self, name: str) -> Any:
        word = WORDS.get(name, name)
        label, help = t(f"train.{word}"), self._help(name, word)
        usual = self.usual[name]
        always: dict[str, Any] = {"key": self.key(name), "persist_state": "session", "help": help}
        if name == "batch_size":
            sizes = sorted({*BATCHES, int(self._shown(name, usual))})
            return int(select_slider(label, sizes, value=usual, **always))
        if name == "augmentation":
            known = list(get_args(CHOICES[name][1]))
            return selectbox(label, known, lambda one: self._option(name, one), **always)
        if name in CHOICES:
            known = devices() if name == "device" else list(get_args(CHOICES[name][1]))
            chosen = segmented_control(
                label, known, lambda one: self._option(name, one), default=usual, required=True, **always
            )
            return chosen or usual
        if isinstance(usual, bool):
            return st.toggle(label, usual, **always)
        if name in ZERO:
            label = t(ZERO[name], label=label)
        _, lowest, highest = LIMITS[name]
        step = STEPS.get(name, 1)
        if isinstance(usual, float):
            return number_field(label, lowest, highest, usual, step, format="%g", **always)
        return number_field(label, int(lowest), int(highest), usual, int(step), **always)

    def _help(self, name: str, word: str) -> str:
        if name == "learning_rate":
            return t(
                "train.rate_help", scratch=f"{RATE:g}", imagenet=f"{PRETRAINED_RATE:g}", head=f"{HEAD_RATE:g}"
            )
        if name == "device" and "cuda" not in devices():
            return t("train.device_none")
        return t(f"train.{word}_help")


def over_epochs(noisy: bool) -> dict[str, Any]:
    """What becomes of the noise from epoch to epoch, as fields of a recipe.

    Args:
        noisy: there is noise in training; without, it is asked only where the answer is not the usual one.
    """
    names = {one: plain(one) for one in OVER_EPOCHS}
    adopt("train", "over", "train_over_epochs", Text(en="choice", ko="선택"), names)
    chosen = st.session_state.get("train_over_epochs") or OVER_EPOCHS[0]
    if noisy or chosen != OVER_EPOCHS[0]:
        chosen = segmented_control(
            t("train.over_epochs"),
            OVER_EPOCHS,
            default=OVER_EPOCHS[0],
            required=True,
            format_func=lambda one: t(f"train.over_{one}"),
            key="train_over_epochs",
            persist_state="session",
            help=t("train.over_help"),
        )
    keep("train", over=None if chosen == OVER_EPOCHS[0] else chosen)
    return {
        "drawn": "once" if chosen == "once" else "each_epoch",
        "mix_over_epochs": "easy_to_hard" if chosen == "easy_to_hard" else "same",
    }
