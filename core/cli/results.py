"""The command that tells what is known of runs from their tests: results."""

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from core.cli.checkpoint import checkpoint_json
from core.cli.options import (
    BadUsage,
    add_command,
    decimal,
    language,
    note,
    plain_row,
    print_json,
)
from core.cli.waiting import open_workspace, watched
from core.errors import Cancelled, NoiseLensError, NotTested, OutOfRange, UnknownName
from core.words import Text, fill_text

if TYPE_CHECKING:
    from core.evaluation.arms import Measured
    from core.evaluation.corruption_error import CorruptionError
    from core.evaluation.distance import Distance
    from core.evaluation.joined import JoinedEvaluation
    from core.evaluation.results import GroupResults, PairResults, Results, RunResults, Tested
    from core.runs.runs import Run
    from core.store import Workspace


def add_commands(commands: Any) -> None:
    """results."""
    parser = add_command(
        commands,
        "results",
        results,
        "Print what is known of runs from their tests: every measure under each noise and severity with its 95 % interval, "
        "summaries, and the runs in pairs.",
    )
    parser.add_argument("trained", metavar="RUN", nargs="+", help="runs, by name or ID")
    parser.add_argument(
        "--level",
        choices=("picture", "group"),
        default="picture",
        metavar="picture|group",
        help="what is counted: pictures, those of one video or person for as many as they tell (default); or these themselves, "
        "each by the mean probability of its pictures",
    )
    parser.add_argument(
        "--evaluation",
        metavar="ID",
        action="append",
        default=[],
        help="one test of a run in the place of all its tests of the test pictures joined; may be repeated, once a run",
    )
    parser.add_argument(
        "--baseline",
        metavar="RUN",
        help="that corruption errors are against; by default the first of the runs that was trained on clean pictures alone",
    )
    parser.add_argument(
        "--limit",
        type=decimal("an accuracy"),
        metavar="0-1",
        help="the accuracy that noises are told the severity of, at which a run falls under it; by default half way from its "
        "clean accuracy to guessing",
    )
    parser.add_argument("--classes", action="store_true", help="with --json: each cell class by class, too")


def results(options: argparse.Namespace) -> int:
    """Print results."""
    from core.cli.results_shown import print_results
    from core.cli.told import told
    from core.evaluation.joined import latest_joined
    from core.evaluation.modes_said import modes_said
    from core.evaluation.results import results_of, tested
    from core.evaluation.stored_answers import groups_of
    from core.evaluation.validation import fixed_of_groups, validated
    from core.evaluation.versions import versions_sentence
    from core.runs.runs import open_run

    if options.limit is not None and not 0 < options.limit < 1:
        raise OutOfRange(
            what=Text(en="The limit", ko="한계 정확도"), lowest=0, highest=1, value=options.limit
        )
    workspace = open_workspace()
    runs = [open_run(workspace, name) for name in options.trained]
    runs = list({run.id: run for run in runs}.values())
    named = _named(workspace, options, runs)

    def of(run: "Run") -> "Tested":
        test = named.get(run.id) or latest_joined(workspace, run, quick=True)
        if test is None:
            raise NotTested(name=run.name)
        with watched() as report:
            known = validated(workspace, run, report)
        if options.level == "group" and groups_of(test.parts[0].folder) is not None:
            known = replace(known, fixed=fixed_of_groups(workspace, run, known.fixed))
        return tested(run, test, options.level, known)

    some = [of(run) for run in runs]
    base = of(open_run(workspace, options.baseline)) if options.baseline else None
    distances = {one.run.id: _distances(workspace, one) for one in some}
    found = results_of(some, base, options.limit, distances)
    for said in dict.fromkeys(text[language()] for one in some for text in one.notes):
        note(said)
    for how in modes_said([(one.run, one.test) for one in some]):
        note(how[language()])
    if differ := versions_sentence(part for one in some for part in one.test.giving()):
        note(differ[language()])
    if options.json:
        print_json(_for_programs(found, options) | {"findings": told(workspace, some, distances)})
    else:
        print_results(found)
    return 0


def _named(
    workspace: "Workspace", options: argparse.Namespace, runs: "list[Run]"
) -> "dict[str, JoinedEvaluation]":
    """The tests that --evaluation names, by their runs."""
    from core.evaluation.joined import JoinedEvaluation
    from core.runs.evaluations import open_evaluation

    found: dict[str, JoinedEvaluation] = {}
    for name in options.evaluation:
        one = open_evaluation(workspace, name)
        if one.run_id not in {run.id for run in runs}:
            known = [run.name for run in runs]
            raise UnknownName(Text(en="test of these runs", ko="이 모델들의 시험"), name, known)
        if one.run_id in found:
            raise BadUsage(what="Two tests of one run were named", command="python -m core results")
        found[one.run_id] = JoinedEvaluation((one,))
    return found


def _distances(workspace: "Workspace", one: "Tested") -> "dict[str, Distance]":
    """Of the noises that a run was tested under; what is lacking is measured. None where it cannot be."""
    from core.training.unseen import measured_distances

    if one.test.mode.at:  # distances are of severities
        return {}
    try:
        if one.run.origin is None:
            _say_what_is_measured(workspace, one)
        with watched() as report:
            return measured_distances(workspace, one.run, one.test.noises, report)
    except Cancelled:
        raise
    except NoiseLensError as error:
        note(f"{one.run.name}: {error.say(language())}")
        return {}


def _say_what_is_measured(workspace: "Workspace", one: "Tested") -> None:
    """Before minutes of silence where nobody sees a bar."""
    from core.evaluation.distance import missing_samples
    from core.runs.runs import data_set_of

    missing = missing_samples(workspace, one.run, data_set_of(workspace, one.run), one.test.noises)
    if missing:
        note(fill_text(_MEASURES, name=one.run.label, n=f"{len(missing):,}")[language()])


_MEASURES = Text(
    en="{name}: measuring how far noises are from training, {n} forms of them that no run measured yet; once, it is kept.",
    ko="{name}: 노이즈가 학습 때와 얼마나 다른지 재는 중입니다. 아직 재지 않은 것 {n}가지를 한 번만 재서 보관합니다.",
)


def _for_programs(found: "Results", options: argparse.Namespace) -> dict[str, Any]:
    from core.evaluation.distance import RULE

    comparison = found.comparison
    paired = [one for one in found.pairs if one.why is None]
    return {
        "level": options.level,
        "in_means": list(comparison.in_means),
        "severities": list(comparison.mean_severities),
        "baseline": found.baseline,
        "distance_rule": RULE[language()],
        "runs": [_run(one, found, options.classes) for one in found.runs],
        "groups": [_group(one) for one in found.groups],
        "pairs": [row for one in paired for row in _pairs(one)],
        "unpaired": [
            {"a": one.a, "b": one.b, "why": one.why[language()]} for one in found.pairs if one.why is not None
        ],
    }


def _run(one: "RunResults", found: "Results", classes: bool) -> dict[str, Any]:
    from core.cli.evaluating import values_of
    from core.evaluation.measures.telling_apart import POSITIVE

    run, test, answers = one.tested.run, one.tested.test, one.tested.answers
    fixed = one.tested.validated.fixed
    names = test.classes
    by_class = _classes(one) if classes else None
    cells = []
    for row in answers.cells.to_dict("records"):
        cell = plain_row(row) | {"chose_checkpoint": row["noise"] in run.choosers}
        cell |= values_of(test.mode, row)
        if by_class is not None:
            cell["classes"] = by_class[row["noise"], int(row["severity"])]
        cells.append(cell)
    groups = None if answers.groups is None else len(set(answers.groups.tolist()))
    return {
        "run": run.id,
        "name": run.name,
        "evaluation": test.id,
        "evaluations": [part.id for part in test.giving()],
        "split": test.parts[0].facts.split,
        "images": len(answers.images),
        "groups": len(answers.images) if one.tested.grouped else groups,
        "classes": names,
        "positive": names[POSITIVE] if len(names) == 2 else None,
        "checkpoint": checkpoint_json(run),
        "fixed": None
        if fixed is None
        else {
            "images": fixed.images,
            "temperature": fixed.temperature,
            "threshold": fixed.threshold,
            "threshold_low": fixed.threshold_low,
            "threshold_high": fixed.threshold_high,
            "unsure_below": fixed.unsure_below,
        },
        "fixed_why": one.tested.validated.why[language()] if one.tested.validated.why else None,
        "cells": cells,
        "summary": _summary(one, found),
        "ce": _errors(one),
        "limit": one.limit,
        "falls": {
            noise: {"severity": told.severity, "low": told.low, "high": told.high}
            for noise, told in one.falls.items()
        },
        "distance": {noise: {"value": far.value, "kind": far.kind} for noise, far in one.distance.items()},
    }


def _summary(one: "RunResults", found: "Results") -> dict[str, Any]:
    said = one.summary
    errors = said.errors
    mean: dict[str, Any] = _shares("mean", said.mean)
    return {
        **_shares("clean", said.clean),
        **mean,
        "mean_error": None if said.mean is None else 1 - said.mean.mean / 100,
        **_shares("mean_balanced", said.balanced),
        **_shares("lost", said.lost),
        **_shares("far", said.far),
        "far_noises": list(said.far_noises),
        **_error("mce", errors.mean if errors else None),
        "mce_noises": list(errors.noises) if errors else [],
        "mce_baseline": found.baseline if errors else None,
        "mce_why": said.why[language()] if said.why else None,
    }


def _shares(name: str, one: "Measured | None") -> dict[str, float | None]:
    """0..1, with the ends of the interval."""
    ends = (None, None, None) if one is None else (one.mean / 100, one.low / 100, one.high / 100)
    return dict(zip((name, f"{name}_low", f"{name}_high"), ends, strict=True))


def _group(one: "GroupResults") -> dict[str, Any]:
    """Runs that differ in their seed alone: 0..1, with the standard deviation over seeds and the ends of the interval."""
    found: dict[str, Any] = {
        "name": one.arm.label[language()],
        "runs": [run.id for run in one.arm.seeds],
        "seeds": [run.facts["seed"] for run in one.arm.seeds],
    }
    for name in ("clean", "mean", "lost"):
        sd = getattr(one, f"{name}_sd")
        found |= {**_shares(name, getattr(one, name)), f"{name}_sd": None if sd is None else sd / 100}
    return found


def _error(name: str, one: "CorruptionError | None") -> dict[str, float | None]:
    return {
        name: one.ce if one else None,
        f"{name}_low": one.low if one else None,
        f"{name}_high": one.high if one else None,
        f"relative_{name}": one.relative if one else None,
    }


def _errors(one: "RunResults") -> dict[str, dict[str, float | None]]:
    errors = one.summary.errors
    return {noise: _error("ce", told) for noise, told in errors.by_noise.items()} if errors else {}


def _classes(one: "RunResults") -> dict[tuple[str, int], dict[str, dict[str, Any]]]:
    """Each cell class by class, by noise and severity."""
    from core.evaluation.by_class import by_class

    names = one.tested.test.classes
    return {
        cell: {
            told.name: plain_row({name: value for name, value in vars(told).items() if name != "name"})
            for told in by_class(truth, prediction, names, groups)
        }
        for cell, truth, prediction, groups in one.tested.predicted()
    }


def _pairs(one: "PairResults") -> list[dict[str, Any]]:
    return [
        {
            "a": one.a,
            "b": one.b,
            "noise": pair.noise,
            "severities": list(pair.severities),
            "n": pair.n,
            "difference": pair.difference,
            "low": pair.low,
            "high": pair.high,
            "p": pair.p,
            "p_holm": pair.p_holm,
            "test": pair.test,
            "repaired": pair.repaired,
            "broken": pair.broken,
        }
        for pair in one.pairs
    ]
