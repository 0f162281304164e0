"""Which noises and whose pictures Results looks at: by what training showed, by family, one by one, by class."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from core.charts.drawing import noise_label
from core.evaluation.distance import Kind
from core.evaluation.means import FAMILY, families_of
from core.words import Text
from pages.parts.address import asked, keep
from pages.parts.choices import multiselect, pills, segmented_control
from pages.parts.i18n import language, say, t

KINDS = ("all", "seen", "unseen", "near", "far")
_KIND, _FAMILIES, _SINGLE, _CLASSES = (
    "results_noises",
    "results_families",
    "results_single",
    "results_classes",
)


@dataclass(frozen=True)
class Filter:
    """What is left of noises and pictures."""

    noises: str
    """As of core.evaluation.view.View; "some" where families or noises were chosen among all."""
    only: frozenset[str] | None
    classes: tuple[int, ...]

    @property
    def needs_distance(self) -> bool:
        return self.noises in ("near", "far")


def choose_kind() -> str:
    """Which noises by what training showed: one of KINDS."""
    if (wanted := asked("results", "noises")) in KINDS:
        st.session_state[_KIND] = wanted
    st.session_state.setdefault(_KIND, "all")
    chosen = segmented_control(
        t("results.noises"),
        KINDS,
        required=True,
        format_func=lambda key: t(f"results.{key}"),
        key=_KIND,
        persist_state="session",
        help=t("results.noises_help"),
    )
    keep("results", noises=str(chosen or "all"))
    return str(chosen or "all")


def choose_more(noises: Sequence[str], classes: Sequence[Text]) -> tuple[list[str], tuple[int, ...]]:
    """The folded boxes: families and noises one by one, and classes; the noises that are left, none for all, and the numbers
    of the classes, none for all.

    Args:
        noises: that all were tested under.
        classes: what screens call them; none where the rows have different ones.
    """
    families = {one.key.removeprefix(FAMILY): one for one in families_of(noises)}
    of_families = _take("families", _FAMILIES, families)
    of_single = _take("single", _SINGLE, dict.fromkeys(noises))
    numbers = {str(number): label for number, label in enumerate(classes)}
    of_numbers = _take("classes", _CLASSES, numbers)
    number = sum(len(st.session_state.get(key) or []) for key in (of_families, of_single, of_numbers))
    place = st.popover(
        t("results.filter_on", n=number) if number else t("results.filter"),
        icon=":material/filter_alt:",
        key="results_filter",
        width="stretch",
    )
    with place:
        pills(
            t("results.filter_families"),
            list(families),
            format_func=lambda key: f"{say(families[key].label)} ({len(families[key].noises)})",
            selection_mode="multi",
            key=of_families,
            persist_state="session",
        )
        multiselect(
            t("results.filter_single"),
            list(noises),
            format_func=lambda noise: noise_label(noise, language()),
            key=of_single,
            persist_state="session",
        )
        if len(numbers) > 1:
            multiselect(
                t("results.filter_classes"),
                list(numbers),
                format_func=lambda one: say(numbers[one]),
                key=of_numbers,
                persist_state="session",
                help=t("results.filter_classes_help"),
            )
    state = st.session_state
    chosen = [noise for key in state.get(of_families) or [] for noise in families[key].noises]
    chosen += [noise for noise in state.get(of_single) or [] if noise not in chosen]
    of_classes = [one for one in state.get(of_numbers) or [] if one in numbers] if len(numbers) > 1 else []
    keep(
        "results",
        families=",".join(state.get(of_families) or []) or None,
        single=",".join(state.get(of_single) or []) or None,
        classes=",".join(of_classes) or None,
    )
    return chosen, tuple(sorted(map(int, of_classes)))


def _take(name: str, key: str, known: Mapping[str, object]) -> str:
    """The key of the box, with what the address asks for, and of what was chosen that which there still is.

    What the address changes is another box's: the browser keeps what it has of one that is folded away.
    """
    wanted, state = asked("results", name), st.session_state
    number = state.get(f"{key}_box", 0)
    before = state.get(f"{key}_{number}" if number else key)
    now = [one for one in (wanted.split(",") if wanted is not None else before or []) if one in known]
    if wanted is not None and before is not None and now != before:
        number = state[f"{key}_box"] = number + 1
    box = f"{key}_{number}" if number else key
    state[box] = now
    return box


def filtered(kind: str, chosen: Sequence[str], classes: tuple[int, ...], kinds: Mapping[str, Kind]) -> Filter:
    """What the boxes come to.

    Args:
        kind: of KINDS.
        chosen, classes: as `choose_more` gives them.
        kinds: of noises, as far as their distance is known.
    """
    only = frozenset(chosen) if chosen else None
    if kind in ("near", "far"):
        own = frozenset(noise for noise, one in kinds.items() if one == kind)
        return Filter(kind, own if only is None else own & only, classes)
    return Filter("some" if kind == "all" and only is not None else kind, only, classes)
