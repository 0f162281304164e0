"""The command that tests runs: evaluate."""

import argparse
from collections.abc import Hashable, Mapping
from math import ceil
from typing import TYPE_CHECKING, Any, cast

from core.cli.checkpoint import checkpoint_json, checkpoint_words
from core.cli.options import (
    BadUsage,
    add_command,
    language,
    note,
    number,
    plain_row,
    print_json,
    print_table,
    severities,
)
from core.cli.waiting import open_workspace, wait
from core.errors import NotUnderstood
from core.noise.catalogue import ORIGINAL, SEVERITIES
from core.runs.mode import SORTED, Adapt, Mode
from core.runs.values import Values
from core.words import Text, fill_text

if TYPE_CHECKING:
    import pandas as pd

    from core.evaluation.options import How
    from core.runs.evaluations import Evaluation
    from core.runs.runs import Run
    from core.store import Workspace


def add_evaluate(commands: Any) -> None:
    """evaluate."""
    parser = add_command(
        commands,
        "evaluate",
        evaluate,
        "Test runs on pictures that they have not learned from, clean and under noises; waits. What an earlier test has "
        "found is not made again.",
    )
    parser.add_argument(
        "trained",
        metavar="RUN",
        nargs="*",
        help="trained runs, each by its name on the screens or here, or its ID",
    )
    parser.add_argument(
        "--model",
        metavar="KEY",
        help="in the place of a run: a model with ImageNet weights as they were published, on the data set of --data",
    )
    parser.add_argument(
        "--data", metavar="NAME", help="for --model: a data set whose classes are ImageNet's, by name or wnid"
    )
    parser.add_argument(
        "--noises",
        metavar="KEY,KEY|standard|all|twelve|cbar",
        help="by default the standard ones and those of the run's own mix. standard: ImageNet-C's fifteen and "
        f"{', '.join(ORIGINAL)}; all: the whole catalogue; twelve: a dozen that stand for all, as runs that hold under one of them hold under "
        "what is like it; cbar: ten that no ready-made mix trains on, CIFAR-10-C-bar's "
        "where the severity table is that of 32 or 64 px, else ImageNet-C-bar's",
    )
    parser.add_argument("--severities", type=severities, metavar="1-5", help="default 1-5")
    parser.add_argument(
        "--at",
        metavar="KEY:NAME=X,X",
        help="one noise at values of its parameters in the place of severities (gaussian_noise:sd=0.05,0.1; of several "
        "motion_blur:radius=10,15:sigma=3); a test apart from those of severities: results takes it by --evaluation",
    )
    parser.add_argument(
        "--split", choices=("test", "validation"), default="test", help="whose pictures; default test"
    )
    parser.add_argument(
        "--images",
        type=number("a number of pictures"),
        metavar="N",
        help="a quick look at so many, the same share of each class; their numbers are kept with the result, and a later "
        "test of all takes over what it found",
    )
    parser.add_argument(
        "--adapt",
        type=_adapt,
        metavar="bn[:N]|bn-by-class[:N]",
        help="adapt the statistics of batch norm to the noisy pictures, in batches of N (100) by chance; bn-by-class: "
        "sorted by class, as where nobody shuffles. The result has then seen the test pictures, without their labels",
    )
    parser.add_argument(
        "--resave",
        type=_resave,
        metavar="jpeg[:Q]",
        help="save each noisy picture as JPEG of quality Q (95) first, as published sets of noisy pictures were; by default "
        "they stay in memory",
    )
    parser.add_argument(
        "--noise-at",
        choices=("stored", "shown"),
        default="stored",
        help="stored: add noise to pictures of the data set's size, then resize them for the network, as by default; shown: "
        "resize first",
    )
    parser.add_argument(
        "--noise-on",
        choices=("processor", "card"),
        default="processor",
        help="card: draw noise on the graphics card, a batch at once, where it has a form for it: quicker, the same in law, other "
        "draws than on a processor",
    )
    parser.add_argument(
        "--precision",
        choices=("fp32", "auto", "bf16"),
        default="fp32",
        help="fp32, by which machines agree, is the default; auto: bfloat16 where it is worth it here",
    )
    parser.add_argument(
        "--workers",
        type=number("a number of workers"),
        metavar="N",
        help="processes that share the work; by default as many as are worth it",
    )
    parser.add_argument(
        "--no-maps", action="store_true", help="without attribution maps: less disk, and a bit quicker"
    )


def asked_noises(text: str | None) -> list[str] | None:
    """What --noises asks for: keys and names of sets; None where it is not given."""
    return None if text is None else [key.strip() for key in text.split(",")]


def _adapt(text: str) -> tuple[Adapt, int]:
    kind, colon, batch = text.partition(":")
    if kind not in ("bn", "bn-by-class") or (colon and not batch.isdecimal()):
        raise NotUnderstood(value=text, what=Text(en="a way to adapt", ko="적응 방식"), form="bn:100")
    return cast(Adapt, kind), int(batch or 100)


def _resave(text: str) -> int:
    kind, colon, quality = text.partition(":")
    if kind != "jpeg" or (colon and not quality.isdecimal()):
        raise NotUnderstood(value=text, what=Text(en="a way to save", ko="저장 방식"), form="jpeg:95")
    return int(quality or 95)


def _how(options: argparse.Namespace) -> "How":
    from core.evaluation.options import How

    kind, batch = options.adapt or (Mode().adapt, Mode().batch)
    if options.at and (options.noises or options.severities):
        what = "--at has its own noise and values in the place of --noises and --severities"
        raise BadUsage(what=what, command="python -m core evaluate")
    mode = Mode(
        split=options.split,
        part=0 if options.images is None else options.images or -1,
        adapt=kind,
        batch=batch,
        resave=0 if options.resave is None else options.resave or -1,
        noise_at=options.noise_at,
        noise_on=options.noise_on,
        precision="bf16" if options.precision == "bf16" else "fp32",
        at=Values.from_text(options.at) if options.at else Values(),
    )
    return How(mode, fast=options.precision == "auto", maps=not options.no_maps, workers=options.workers)


def evaluate(options: argparse.Namespace) -> int:
    how = _how(options)
    workspace = open_workspace()
    runs = _runs(workspace, options)
    tested = [_test(workspace, run, options, how) for run in runs]
    if options.json:
        said = [_facts(run, evaluation, cells) for run, (evaluation, cells) in zip(runs, tested, strict=True)]
        print_json(said[0] if len(said) == 1 else {"runs": said})
        return 0
    for run, (evaluation, cells) in zip(runs, tested, strict=True):
        print(f"{run.label[language()]}: {checkpoint_words(run)[language()]}")
        print_cells(cells, evaluation.facts.mode)
    return 0


def _runs(workspace: "Workspace", options: argparse.Namespace) -> "list[Run]":
    from core.data.dataset import open_data_set
    from core.runs.runs import open_run

    command = "python -m core evaluate"
    if options.model is None and options.data is None:
        if not options.trained:
            raise BadUsage(what="Name a run, or --model and --data", command=command)
        found = [open_run(workspace, name) for name in options.trained]
        return list({run.id: run for run in found}.values())
    if options.trained or options.model is None or options.data is None:
        raise BadUsage(what="--model and --data go together, in the place of a run", command=command)
    from core.brought.imagenet import imagenet_run

    return [imagenet_run(workspace, options.model, open_data_set(workspace, options.data))]


def _test(
    workspace: "Workspace", run: "Run", options: argparse.Namespace, how: "How"
) -> "tuple[Evaluation, pd.DataFrame]":
    """Test a run; what it found, and its table of cells."""
    from core.evaluation.job import submit_evaluation
    from core.evaluation.joined import joined_evaluations
    from core.evaluation.stored_answers import joined_cells, stored_cells
    from core.evaluation.versions import EARLIER, versions_sentence
    from core.runs.evaluations import open_evaluation

    if run.answers_alone and options.noises is None and not options.at:
        test = joined_evaluations(workspace, run)[0]
        return test.parts[0], joined_cells(test)
    levels = options.severities or SEVERITIES
    job = submit_evaluation(workspace, run, asked_noises(options.noises), levels, how=how)
    if not options.json:
        _say_before(workspace, run, job.payload)
    evaluation = open_evaluation(workspace, wait(workspace, job)["evaluation_id"])
    _say_after(evaluation, _suspicion(workspace, run, evaluation))
    if evaluation.facts.plain:
        newest = joined_evaluations(workspace, run)[0]
        if differ := versions_sentence(newest.giving(), EARLIER):
            note(differ[language()])
    return evaluation, stored_cells(evaluation.folder)


def _say_before(workspace: "Workspace", run: "Run", payload: dict[str, Any]) -> None:
    """What a test will take, on stderr."""
    from core.evaluation.estimate import MEANWHILE, bytes_asked, left_asked, seconds_asked, short_of
    from core.evaluation.job import EvaluatePayload
    from core.runs.runs import data_set_of

    asked, data_set = EvaluatePayload.read(payload), data_set_of(workspace, run)
    given = (data_set, asked.noises or [], asked.severities, asked.how)
    left = left_asked(workspace, run, *given)
    cells, lacking = len(left), sum(images > 0 for images in left.values())
    time, space = seconds_asked(workspace, run, *given), bytes_asked(run, *given)
    low, high = (
        f"{seconds / 60:.0f} min" if seconds > 90 else f"{seconds:.0f} s" for seconds in (time.low, time.high)
    )
    values = {"name": run.label, "cells": cells, "left": lacking}
    values |= {"space": f"{ceil(space / 1e6)}", "most": f"{ceil(MEANWHILE * space / 1e6)}"}
    values["span"] = low if low == high else Text(en=f"{low} to {high}", ko=f"{low}~{high}")
    note(fill_text(_BEFORE["some" if lacking < cells else "all"], **values)[language()])
    if short := short_of(workspace, space):
        note(short[language()])


_BEFORE = {
    "all": Text(
        en="{name}: {cells} cells, about {span} and {space} MB on the disk ({most} MB while it runs).",
        ko="{name}: 셀 {cells}개, 약 {span}, 디스크 {space} MB(시험 중에는 {most} MB).",
    ),
    "some": Text(
        en="{name}: {left} of {cells} cells are to be made, as earlier tests have the others: about {span}, and for all {space} MB on the "
        "disk ({most} MB while it runs).",
        ko="{name}: 셀 {cells}개 가운데 앞선 시험에 없는 {left}개를 시험합니다. 약 {span}, 모두 디스크 {space} MB(시험 중에는 {most} MB).",
    ),
}


def _suspicion(workspace: "Workspace", run: "Run", evaluation: "Evaluation") -> Text | None:
    """That it may have learned how files were saved; None where nothing speaks for it."""
    from core.evaluation.files_learnt import suspicion
    from core.runs.runs import data_set_of

    return suspicion(evaluation, data_set_of(workspace, run)) if evaluation.facts.resaved else None


def _say_after(evaluation: "Evaluation", suspicion: Text | None) -> None:
    """In which way it was made, and what speaks against it, on stderr."""
    facts = evaluation.facts
    said = [*facts.mode.words]
    if facts.gain is not None:
        said.append(facts.gain.sentence)
    if facts.sorted_by_class:
        said.append(SORTED)
    if suspicion is not None:
        said.append(suspicion)
    for one in said:
        note(one[language()])


def _facts(run: "Run", evaluation: "Evaluation", cells: "pd.DataFrame") -> dict[str, Any]:
    facts = evaluation.facts
    said: dict[str, Any] = {"run": run.id, "name": run.name, "evaluation": evaluation.id}
    said |= {key: getattr(facts, key) for key in ("table", "split", "seed")}
    said["checkpoint"] = checkpoint_json(run)
    if not facts.plain:
        said |= {
            "mode": facts.mode.to_json(),
            "pictures": facts.pictures,
            "sorted_by_class": facts.sorted_by_class,
        }
    if facts.gain is not None:
        said["bf16"] = {
            "times": facts.gain.times,
            "otherwise": facts.gain.otherwise,
            "images": facts.gain.images,
        }
    rows = [
        plain_row(row) | {"chose_checkpoint": row["noise"] in run.choosers} | values_of(facts.mode, row)
        for row in cells.to_dict("records")
    ]
    return said | {"reused": facts.reused, "cells": rows}


def values_of(mode: Mode, row: "Mapping[Hashable, Any]") -> dict[str, Any]:
    """What a cell's severity stands for, where it is a place among a noise's own values; for programs."""
    if row["noise"] != mode.at.noise:
        return {}
    return {"parameters": mode.at.steps[int(row["severity"]) - 1]}


def print_cells(cells: "pd.DataFrame", mode: Mode, grouped: bool = False) -> None:
    """A table of cells for people: accuracy with its interval, then every other measure that these cells have, by its key.

    Args:
        mode: of the test, which says what its severities are.
        grouped: what is counted are groups of pictures.
    """
    from core.evaluation.measures import all_measures

    titles = ["noise", "values" if mode.at else "severity", "groups" if grouped else "images"]
    rows = [
        [
            row["noise"],
            mode.at.text_of(int(row["severity"])) if row["noise"] == mode.at.noise else row["severity"],
            row["images"],
        ]
        for row in cells.to_dict("records")
    ]
    for place, measure in enumerate(all_measures()):
        values = cells[list(measure.columns)]
        if place and values[measure.columns.value].isna().all():
            continue
        titles += [measure.key, *(() if place else ("95 % interval",))]
        for row, numbers in zip(rows, values.itertuples(index=False), strict=True):
            value, low, high = (f"{measure.said(one, 1)}{measure.unit.sign}" for one in numbers[:3])
            row += [value, *(() if place else (f"{low} to {high}",))]
    print_table(titles, rows)
