"""The command for studies: study."""

import argparse
from typing import TYPE_CHECKING, Any

from core.cli.options import add_command, language, note, number, print_json, print_table
from core.cli.waiting import open_workspace, wait_for_study
from core.errors import NotTogether, NotUnderstood
from core.words import Text, rounded

if TYPE_CHECKING:
    from core.runs.estimate import Span
    from core.store import Workspace
    from core.studies.study import NewStudy


def add_commands(commands: Any) -> None:
    """study."""
    parser = add_command(
        commands,
        "study",
        study,
        "Train several arms with several seeds each and test all of them under the same noises; or add to a study. Waits; "
        "Ctrl-C cancels what is left, what is done stays.",
    )
    parser.add_argument("--data", metavar="NAME", help="a data set, by name or ID")
    parser.add_argument("--model", metavar="KEY", help="that every arm trains")
    parser.add_argument(
        "--preset",
        metavar="original|each|carries|recipes|look|pictures",
        help="original: clean, salt and pepper, bfs_noise as in the study that NoiseLens began with; each: train on each noise, "
        "test on each; carries: does salt and pepper help under uniform noise, and back; recipes: clean, gaussian, augmix, "
        "apr, prime, pixmix; look: clean, random_erasing, cutmix, hide_and_seek, gaussian, to be read with `maps RUN --study`; pictures: a quarter, half and all of the training pictures, with a curve",
    )
    parser.add_argument("--seeds", type=number("a number"), metavar="N", help="of each arm, default 3")
    parser.add_argument(
        "--epochs",
        type=number("a number"),
        metavar="N",
        help="of original 10, else by default what fits the data set",
    )
    parser.add_argument("--study", metavar="STUDY", help="add to this one, by name or ID")
    parser.add_argument(
        "--add-seeds", type=number("a number"), metavar="N", help="further seeds of each of its arms"
    )
    parser.add_argument(
        "--add-arm",
        action="append",
        default=[],
        metavar="KEY",
        help="a further arm: a noise, or a preset as `presets` lists them; may be repeated",
    )


def study(options: argparse.Namespace) -> int:
    from core.studies.study import jobs_of

    workspace = open_workspace()
    new = _asked(options, workspace)
    _announce(workspace, new)
    made = new.submit(workspace)
    queued = [job for job in jobs_of(workspace, new.study.id) if job.active]
    ended = wait_for_study(workspace, new.study.id, queued)
    if options.json:
        print_json({"study": new.study.id, "runs": [run.id for run, _ in made]})
    else:
        print(f"{new.study.name} ({new.study.id})")
        _print_found(workspace, new.study.id)
    return 0 if all(job.state == "done" for job in ended) else 1


def _asked(options: argparse.Namespace, workspace: "Workspace") -> "NewStudy":
    from core.data.dataset import open_data_set
    from core.studies.ready import get_ready
    from core.studies.study import SEEDS, more_arms, more_seeds, plan_study

    fresh = ("data", "model", "preset")
    if options.study is None:
        for name in fresh:
            if getattr(options, name) is None:
                what = Text(en="a study", ko="연구")
                raise NotUnderstood(
                    value="", what=what, form="--data faces --model small_cnn --preset recipes, or --study ID"
                )
        for name, asked in (("--add-seeds", options.add_seeds), ("--add-arm", options.add_arm)):
            if asked:
                raise _excluded(name, "--preset")
        data_set = open_data_set(workspace, options.data)
        ready = get_ready(options.preset)
        seeds = SEEDS if options.seeds is None else options.seeds
        return plan_study(workspace, data_set, ready, options.model, seeds, options.epochs)
    for name in (*fresh, "seeds", "epochs"):
        if getattr(options, name) is not None:
            raise _excluded(f"--{name}", "--study")
    if options.add_arm and options.add_seeds is not None:
        raise _excluded("--add-seeds", "--add-arm")
    if options.add_arm:
        return more_arms(workspace, options.study, options.add_arm)
    if options.add_seeds is None:
        what = Text(en="what to add", ko="더할 것")
        raise NotUnderstood(value="", what=what, form="--add-seeds 2, or --add-arm fog")
    return more_seeds(workspace, options.study, options.add_seeds)


def _excluded(first: str, second: str) -> NotTogether:
    why = Text(
        en="a study is either begun or added to, with one thing at a time",
        ko="연구는 새로 시작하거나, 있는 연구에 한 가지씩 더합니다",
    )
    return NotTogether(first=first, second=second, why=why)


def _announce(workspace: "Workspace", new: "NewStudy") -> None:
    """What it will take, before it starts."""
    from core.words import fill_text

    expected = new.expected(workspace)
    said = Text(
        en="{runs} runs, each trained and tested: about {time}, and {disk} on the disk.",
        ko="모델 {runs}개를 학습하고 시험합니다. 시간 약 {time}, 디스크 {disk}.",
    )
    note(
        fill_text(
            said, runs=expected.runs, time=_time(expected.time), disk=f"{max(1, expected.disk // 10**6):,} MB"
        )[language()]
    )


def _time(span: "Span") -> Text:
    low, high = (_duration(seconds) for seconds in (span.low, span.high))
    return low if low == high else Text(en=f"{low['en']} to {high['en']}", ko=f"{low['ko']}에서 {high['ko']}")


def _duration(seconds: float) -> Text:
    if seconds < 90:
        return Text(en=f"{seconds:.0f} s", ko=f"{seconds:.0f}초")
    if seconds < 5400:
        return Text(en=f"{seconds / 60:.0f} min", ko=f"{seconds / 60:.0f}분")
    return Text(en=f"{seconds / 3600:.1f} h", ko=f"{seconds / 3600:.1f}시간")


def _print_found(workspace: "Workspace", study_id: str) -> None:
    """By arm: accuracy clean and under noise, mean and spread over seeds."""
    from core.data.dataset import open_data_set
    from core.noise.catalogue import CLEAN
    from core.runs.studies import runs_of
    from core.studies.curve import learning_curve
    from core.studies.spread import MEAN, compared_seeds

    seeds = compared_seeds(workspace, study_id)
    if seeds is None:
        return
    columns = [CLEAN, *([MEAN] if seeds.in_means else [])]
    rows = []
    for arm in seeds.arms:
        row: list[object] = [arm.label[language()], len(seeds.runs[arm.key])]
        for column in columns:
            one = seeds.of(arm.key, column)
            row += [rounded(one.mean, 1), "–" if one.sd is None else rounded(one.sd, 1)]
            row.append(f"{rounded(one.pictures.low, 1)} to {rounded(one.pictures.high, 1)}")
        rows.append(row)
    heads = [
        head for column in columns for head in (f"{column} %", "sd of seeds", "95 % interval over pictures")
    ]
    print_table(["arm", "seeds", *heads], rows)
    runs = runs_of(workspace, study_id)
    if len({run.recipe.share for run in runs}) > 1:
        data_set = open_data_set(workspace, runs[0].recipe.data_set_id)
        curve = learning_curve(seeds, runs, data_set.split_counts["train"])
        if curve is not None:
            print(curve.sentence[language()])
            print(curve.formula[language()])
