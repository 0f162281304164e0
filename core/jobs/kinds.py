"""The kinds of job, one record each. Pages ask a job for its group and for what it makes, not for its kind."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Group = Literal["data", "learning", "report"]
"""Where a job is shown: wherever data sets are, where runs are, or with what is written of results."""
Made = Literal["data set", "model", "result", "spectrum", "distance", "features", "pack", "report", "film"]


@dataclass(frozen=True)
class JobKind:
    """One kind of job."""

    key: str
    run: str
    """"module:function", imported by the worker only when it runs. Called as `function(workspace, job, report)`, it
    returns the job's result, plain JSON; it raises a NoiseLensError for what a user should hear, and lets
    Cancelled and Paused pass."""
    group: Group
    makes: tuple[Made, ...]
    """What is there once it has succeeded. Most of what makes a data set may end in an import that waits instead."""
    again: str = "core.jobs.again:the_same"
    """"module:function". Called as `function(workspace, job)` for a job that ended without success, it returns what
    queues it once more with the same choices; None where what it works on is gone."""
    lasts: str | None = None
    """"module:function". Called as `function(workspace, job)`, it returns a core.runs.estimate.Span: how long the job takes
    from its turn on, or None where what it works on is gone. None: nobody knows."""
    otherwise: str = "core.jobs.again:nothing"
    """"module:function". Called as `function(workspace, job)` for a job that failed, it returns a list of core.jobs.again.Offer:
    what may succeed where the same would fail again."""
    goes_on: str | None = None
    """For a kind whose work goes on from what it saved, where `run` is called once more for the same job after any early
    end, and can be paused: "module:function". Called as `function(workspace, job)`, it tells whether what it works on is
    still there. None: it can only begin again."""
    ends_early: str | None = None
    """For a kind whose work looks at core.progress.finishing, and then succeeds with what it has: "module:function", called
    as `function(workspace, job)` for one that runs, tells whether it is at a point from which that is so."""


KINDS: dict[str, JobKind] = {
    kind.key: kind
    for kind in (
        JobKind("make", "core.data.builtin.job:run_job", "data", ("data set",)),
        JobKind(
            "import", "core.data.imports:run_job", "data", ("data set",), again="core.data.imports:again"
        ),
        JobKind("fetch", "core.data.named.job:run_job", "data", ("data set",)),
        JobKind(
            "accept",
            "core.data.review.acceptance:run_job",
            "data",
            ("data set",),
            again="core.data.review.acceptance:again",
        ),
        JobKind(
            "resplit",
            "core.data.review.resplit:run_job",
            "data",
            ("data set",),
            again="core.data.review.resplit:again",
        ),
        JobKind(
            "train",
            "core.training.job:run_job",
            "learning",
            ("model",),
            again="core.training.job:again",
            lasts="core.training.job:lasts",
            otherwise="core.training.offers:otherwise",
            goes_on="core.runs.runs:is_there",
            ends_early="core.training.job:ends_early",
        ),
        JobKind(
            "range_test",
            "core.training.rate_job:run_job",
            "learning",
            (),
            lasts="core.training.rate_job:lasts",
        ),
        JobKind(
            "evaluate",
            "core.evaluation.job:run_job",
            "learning",
            ("result",),
            again="core.evaluation.job:again",
            lasts="core.evaluation.estimate:lasts",
            goes_on="core.evaluation.job:goes_on",
        ),
        JobKind(
            "spectrum",
            "core.evaluation.fourier_job:run_job",
            "learning",
            ("spectrum",),
            again="core.evaluation.fourier_job:again",
            lasts="core.evaluation.fourier_job:lasts",
            goes_on="core.runs.runs:is_there",
        ),
        JobKind(
            "distances",
            "core.training.distances_job:run_job",
            "learning",
            ("distance",),
            again="core.training.distances_job:again",
            lasts="core.training.distances_job:lasts",
            goes_on="core.runs.runs:is_there",
        ),
        JobKind(
            "features",
            "core.evaluation.features_job:run_job",
            "learning",
            ("features",),
            again="core.evaluation.features_job:again",
            lasts="core.evaluation.features_job:lasts",
            goes_on="core.runs.runs:is_there",
        ),
        JobKind("challenge", "core.brought.pack:run_job", "report", ("pack",)),
        JobKind("export", "core.brought.export:run_export", "report", ()),
        JobKind("film", "core.films.job:run_job", "report", ("film",), lasts="core.films.job:lasts"),
        JobKind("report", "core.reports.job:run_job", "report", ("report",)),
        JobKind(
            "bring",
            "core.brought.job:run_job",
            "learning",
            ("model",),
            again="core.brought.job:again",
        ),
        JobKind(
            "study",
            "core.studies.demo:run_job",
            "learning",
            ("data set", "model", "result"),
            again="core.studies.demo:again",
            lasts="core.studies.demo:lasts",
        ),
    )
}


def function(place: str) -> Callable[..., Any]:
    """What "module:function" names; its module is imported now."""
    module, _, name = place.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return found
