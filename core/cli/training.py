"""Commands that train, and that say how: train, recipe, presets."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from core.cli.options import add_command, decimal, language, note, number, print_json
from core.cli.waiting import open_workspace, wait
from core.errors import NotFound, NotTogether, NotUnderstood
from core.words import Text

if TYPE_CHECKING:
    from core.data.dataset import DataSet
    from core.runs.recipe import Recipe
    from core.store import Workspace


def add_commands(commands: Any) -> None:
    """train, recipe, presets."""
    from core.runs.recipe import Device, Precision, Trains

    parser = add_command(commands, "train", train, "Train a model; waits until it is done, Ctrl-C cancels.")
    parser.add_argument("--data", metavar="NAME", help="a data set, by name or ID")
    parser.add_argument(
        "--model",
        metavar="KEY",
        help="by default what fits the pictures; besides those of docs/catalogue.md any other classifier of torchvision by "
        "its name, and timm:NAME where timm is installed",
    )
    parser.add_argument(
        "--epochs", type=number("a number"), metavar="N", help="by default what fits what is trained"
    )
    parser.add_argument(
        "--mix",
        action="append",
        metavar="KEY:PROB:LOW-HIGH",
        help="noise in training: the share PROB of the pictures gets KEY at a severity LOW-HIGH, or with parameters "
        "from ranges (gaussian_noise:0.5:sd=0.1..0.3); may be repeated, at most one falls on a picture and the rest "
        "stays clean",
    )
    parser.add_argument(
        "--preset", metavar="KEY", help="a ready-made way to train in place of --mix; see the command presets"
    )
    parser.add_argument("--seed", type=number("a seed"), metavar="N", help="default 0")
    parser.add_argument("--name", help="of the run; made from the recipe by default")
    parser.add_argument("--device", metavar=_words(Device), help="default auto")
    parser.add_argument(
        "--start",
        metavar="random|imagenet|RUN",
        help="what the weights begin as: random ones, the model's ImageNet weights (the default for photos, where they "
        "are installed), or those of a run",
    )
    parser.add_argument(
        "--pretrained",
        action="store_const",
        const="imagenet",
        dest="start",
        help="the same as --start imagenet",
    )
    parser.add_argument(
        "--trains",
        metavar=_words(Trains),
        help="what learns: the whole network, its head alone (the default for few photos with ImageNet weights), or the "
        "head first and then all",
    )
    parser.add_argument(
        "--rate",
        type=decimal("a learning rate"),
        metavar="X",
        help="highest learning rate; by default the one that fits the start and what learns",
    )
    parser.add_argument(
        "--patience",
        type=number("a number"),
        metavar="N",
        help="end after N epochs without a better validation; default 0: never early",
    )
    parser.add_argument(
        "--average",
        type=decimal("a decay"),
        metavar="X",
        help="keep a moving average of the weights, of which X (such as 0.99) stays at each step; default 0: none",
    )
    parser.add_argument(
        "--precision", metavar=_words(Precision), help="of the arithmetic; default auto: what is quicker here"
    )
    parser.add_argument(
        "--threads", type=number("a number"), metavar="N", help="of the CPU; default 0: what is quickest here"
    )
    parser.add_argument(
        "--recipe",
        metavar="FILE",
        help="train what a file says that the command recipe has printed; with --data on other pictures than it names",
    )

    parser = add_command(commands, "recipe", recipe, "Print the recipe of a run, for train --recipe.")
    parser.add_argument("trained", metavar="RUN", help="a run, by its name on the screens or here, or its ID")

    add_command(commands, "presets", presets, "List the ready-made ways to train.")


def _words(choice: Any) -> str:
    return "|".join(get_args(choice))


FIELDS = {
    "model": "--model",
    "epochs": "--epochs",
    "seed": "--seed",
    "device": "--device",
    "start": "--start",
    "trains": "--trains",
    "learning_rate": "--rate",
    "patience": "--patience",
    "average": "--average",
    "precision": "--precision",
    "threads": "--threads",
}
"""Fields of a recipe, each with the option that sets it."""


def train(options: argparse.Namespace) -> int:
    from core.evaluation.phrases import few_pictures
    from core.runs.recipe import weights_licence
    from core.runs.runs import open_run
    from core.training.job import submit_training, what_is_trained

    workspace = open_workspace()
    given = {name: getattr(options, option[2:]) for name, option in FIELDS.items()}
    asked = {name: value for name, value in given.items() if value is not None}
    if options.recipe is not None:
        _alone("--recipe", [*(FIELDS[name] for name in asked), *_of_noise(options)])
        plan, data_set = _from_file(workspace, options.recipe, options.data)
    else:
        plan, data_set = _from_options(workspace, options, asked)
    if plan.device == "cuda":
        from core.networks.loading import choose_device

        choose_device(plan.device)  # refused before a run and its name are stored
    run, job = submit_training(workspace, data_set, plan, options.name)
    few = few_pictures(data_set.split_counts["test"], data_set.tested)
    told = (plan.mix.held_out_sentence(), few, weights_licence(plan), what_is_trained(plan, data_set.name))
    for said in told:
        if said:
            note(said[language()])
    wait(workspace, job)
    run = open_run(workspace, run.id)
    summary = run.summary.to_json() if run.summary else {}
    if options.json:
        print_json({"run": run.id, "name": run.name, **summary})
        return 0
    print(f"{run.name} ({run.id})")
    for key, value in summary.items():
        if key == "class_labels":
            continue  # for screens
        print(f"  {key}: {value:.4g}" if isinstance(value, float) else f"  {key}: {value}")
    return 0


def _of_noise(options: argparse.Namespace) -> list[str]:
    return [f"--{name}" for name in ("mix", "preset") if getattr(options, name) is not None]


def _alone(option: str, others: list[str]) -> None:
    """Refuse what an option says already."""
    if others:
        why = Text(en=f"{option} says that itself", ko=f"{option}에 이미 들어 있습니다")
        raise NotTogether(first=option, second=", ".join(others), why=why)


def _from_options(
    workspace: "Workspace", options: argparse.Namespace, asked: dict[str, Any]
) -> "tuple[Recipe, DataSet]":
    from core.data.dataset import open_data_set
    from core.noise.mix import Mix
    from core.runs.presets import with_preset
    from core.runs.proposals import proposed
    from core.runs.recipe import IMAGENET, RANDOM, Recipe
    from core.runs.runs import open_run
    from core.training.job import as_started

    if options.data is None:
        what = Text(en="a data set (--data NAME)", ko="데이터 세트(--data NAME)")
        raise NotUnderstood(value="", what=what, form="--data faces")
    if asked.get("start", RANDOM) not in (RANDOM, IMAGENET):
        first = open_run(workspace, asked["start"])
        asked = {"model": first.recipe.model, **asked, "start": first.id}
    data_set = open_data_set(workspace, options.data)
    found = proposed(data_set, asked.get("model"), asked.get("start"), asked.get("trains"))
    values = {**asdict(found), "mix": Mix.from_texts(options.mix or []), **asked}
    if options.preset is not None:
        _alone("--preset", [one for one in _of_noise(options) if one != "--preset"])
        values = with_preset(values, options.preset)
    facts = {"data_set_id": data_set.id, "data_set_fingerprint": data_set.card.fingerprint}
    return as_started(workspace, Recipe.make(**facts, **values)), data_set


def _from_file(workspace: "Workspace", file: str, data: str | None) -> "tuple[Recipe, DataSet]":
    from core.runs.recipe_file import FORM, differs, from_file

    try:
        said = json.loads(Path(file).read_text(encoding="utf-8"))
    except OSError as error:
        raise NotFound(name=file) from error
    except ValueError as error:
        raise NotUnderstood(value=file, what=Text(en="a recipe", ko="학습 설정"), form=FORM) from error
    plan, data_set = from_file(workspace, said, data)
    if other := differs(said, data_set):
        note(other[language()])
    return plan, data_set


def recipe(options: argparse.Namespace) -> int:
    from core.errors import DataSetDeleted, TrainedElsewhere
    from core.runs.recipe_file import file_of
    from core.runs.runs import data_set_of, open_run, settled

    workspace = open_workspace()
    run = open_run(workspace, options.trained)
    if run.origin is not None:
        raise TrainedElsewhere(name=run.label)
    try:
        name = data_set_of(workspace, run).name
    except DataSetDeleted:
        name = run.summary.data_set if run.summary else ""
    print_json(file_of(settled(run), name))
    return 0


def presets(options: argparse.Namespace) -> int:
    from core.runs.presets import PRESETS

    if options.json:
        print_json(
            [
                {
                    "key": preset.key,
                    "name": dict(preset.name),
                    "sentence": dict(preset.sentence),
                    "source": preset.source["en"],
                    "time": preset.time,
                }
                for preset in PRESETS.values()
            ]
        )
        return 0
    for preset in PRESETS.values():
        key = f"{preset.key}:{preset.choice.upper()}" if preset.choice else preset.key
        said = language()
        print(f"{key}: {preset.name[said]}. {preset.sentence[said]}")
        print(f"  time of a clean run × {preset.time:g}; {preset.source[said]}")
    return 0
