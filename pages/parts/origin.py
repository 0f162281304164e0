"""What screens say of a run that was made elsewhere, where they tell of others how they were trained."""

from collections.abc import Sequence

import streamlit as st

from core.runs.recipe import model_name
from core.runs.runs import Run
from core.training.job import mix_label, start_label
from pages.parts.i18n import literal, say, t


def mark(run: Run) -> str:
    """ "brought in", "predictions brought in"; "" for one that was trained here."""
    return "" if run.origin is None else t(f"elsewhere.mark_{run.origin.kind}")


def marked(run: Run) -> str:
    """Its name, with `mark` behind it where it has one."""
    name = say(run.label)
    return name if run.origin is None else t("elsewhere.named", name=name, mark=mark(run))


def mix_words(run: Run) -> str:
    """What it has seen in training, in short."""
    return mark(run) or say(mix_label(run.recipe))


def mix_key(run: Run) -> str:
    """The same for runs of which `mix_words` says the same, in either language."""
    return mix_label(run.recipe)["en"] if run.origin is None else f"elsewhere:{run.origin.kind}"


def model_key(run: Run) -> str:
    """The same for runs of which `model_words` says the same, in either language; never empty."""
    return run.recipe.model or "-"


def model_words(run: Run) -> str:
    """The network that it is, as far as that is known."""
    if run.answers_alone:
        return t("elsewhere.model_predictions")
    graph = run.origin is not None and run.origin.format == "onnx"
    return t("elsewhere.format_onnx") if graph else model_name(run.recipe.model)


def start_words(run: Run) -> str:
    """What its training began with."""
    return say(start_label(run.recipe)) if run.origin is None else t("elsewhere.start")


def say_seen_unknown(runs: Sequence[Run]) -> None:
    """A caption that names those of `runs` whose noises in training are not known."""
    names = [f"“{literal(say(run.label))}”" for run in runs if run.origin is not None]
    if names:
        words = "elsewhere.seen_unknown" if len(names) == 1 else "elsewhere.seen_unknown_many"
        st.caption(f":material/move_to_inbox: {t(words, names=', '.join(names))}")


def why_no_map(run: Run) -> str:
    """Why `Run.without_maps` has none."""
    which = "predictions" if run.answers_alone else "graph"
    return t(f"elsewhere.no_map_{which}", name=literal(say(run.label)))
