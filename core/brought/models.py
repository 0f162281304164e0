"""Models from elsewhere brought in as runs of their own: read, recognised, asked with pictures, kept. Imports torch."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch

from core.brought.architecture import Fit, find
from core.brought.handshake import NORMALISATIONS, Handshake, Trial, Way, pictures_for, shake
from core.brought.weights import Claims, read_weights
from core.data.dataset import DataSet, open_data_set
from core.errors import ClassesDiffer, NotFound
from core.jobs.queue import Job, submit
from core.networks.checkpoint import save_checkpoint
from core.networks.loading import use_all_cores
from core.networks.network import Network, Preprocessing, fixed
from core.progress import Report, part
from core.records import Record
from core.runs.recipe import Recipe, get_model
from core.runs.runs import (
    NewRun,
    OrderBy,
    Origin,
    Run,
    Summary,
    create_runs,
    delete_run,
    open_run,
    save_summary,
)
from core.store import Workspace
from core.words import Text, fill_text, listing

CPU = torch.device("cpu")


@dataclass(frozen=True)
class BringPayload(Record):
    """What a job of kind `bring` does."""

    path: str = ""
    data_set_id: str = ""
    model: str = ""
    """A key that a person named; "": found."""
    classes: list[str] = field(default_factory=list)
    """In the order of its outputs, where a person said so."""
    name: str = ""


def submit_bring(
    workspace: Workspace,
    path: Path,
    data_set: DataSet,
    model: str = "",
    classes: Sequence[str] = (),
    name: str = "",
) -> Job:
    """Queue bringing in a model.

    Args:
        path: of the file or folder; it stays where it is and is read when the job runs.
        data_set: whose classes it tells apart.

    Raises:
        NotFound: there is nothing. UnknownName, CannotUseModel, TimmMissing: `model`. ClassesDiffer: `classes`.
    """
    if not path.exists():
        raise NotFound(name=str(path))
    if model:
        get_model(model)
    if classes and sorted(classes) != sorted(data_set.classes):
        raise ClassesDiffer(its=listing(list(classes)), own=listing(data_set.classes))
    title = fill_text(Text(en="Bring in “{name}”", ko="“{name}” 가져오기"), name=name or path.name)
    payload = BringPayload(str(path.resolve()), data_set.id, model, list(classes), name)
    return submit(workspace, "bring", title, payload.to_json())


def run_job(workspace: Workspace, job: Job, report: Report) -> dict[str, Any]:
    """Carry out a job; returns {"run_id"}."""
    asked = job.asked(BringPayload)
    data_set = open_data_set(workspace, asked.data_set_id)
    run = bring(workspace, Path(asked.path), data_set, asked.model, asked.classes, asked.name, report)
    return {"run_id": run.id}


def bring(
    workspace: Workspace,
    path: Path,
    data_set: DataSet,
    model: str,
    classes: Sequence[str],
    name: str,
    report: Report,
) -> Run:
    """A model from elsewhere as a run.

    Args:
        As of `submit_bring`.

    Raises:
        What core.brought.weights.read_weights and core.brought.architecture.find do; ClassesDiffer: its head tells others
        apart; BadName, NameTaken, CannotWrite, DiskFull. Cancelled: from `report`; nothing is left then.
    """
    use_all_cores()
    report(0.0, Text(en="Reading the file", ko="파일을 읽는 중"))
    brought = read_weights(path)
    report(0.1, Text(en="Looking for its model", ko="모델을 찾는 중"))
    fit = one_output_a_class(find(brought.state, brought.claims.model, model))
    order, order_by = class_order(fit.classes, brought.claims.classes, classes, data_set.classes)
    networks = [_network(fit, candidate.model, candidate.sides[0], data_set) for candidate in fit.candidates]
    sides = [
        _sides(one.sides, network, data_set, brought.claims)
        for one, network in zip(fit.candidates, networks, strict=True)
    ]
    report(0.2, Text(en="Asking it with pictures", ko="사진으로 물어보는 중"))
    found = shake(
        networks, sides, data_set, _claimed(brought.claims, sides[0]), order, part(report, 0.2, 0.95)
    )
    if order is None:
        order_by = "pictures" if found.by_pictures else "place"
    network = _kept(networks[found.network], fit, found.chosen, data_set)
    origin = Origin(
        source=path.name,
        format=brought.kind,
        sha256=digest_of(path),
        fitted=fit.fitted,
        of=fit.of,
        nest=brought.nest,
        order=list(found.chosen.order),
        order_by=order_by,
        chosen=row_of(found.chosen),
        handshake=[row_of(trial) for trial in found.trials],
        tied=[row_of(trial) for trial in found.tied],
        split=pictures_for(data_set)[0],
        target_layer=network.spec.target_layer,
        warnings=warnings_of(found, brought.claims, fit),
    )
    report(0.97, Text(en="Keeping it", ko="저장하는 중"))
    return keep(workspace, network, origin, data_set, name or path.stem)


def one_output_a_class(fit: Fit) -> Fit:
    """A network with one output, the second class's, with two instead: 0 for the first, so that both add up to one."""
    if fit.classes != 1:
        return fit
    state = {
        name: torch.cat([torch.zeros_like(value), value]) if name in fit.head else value
        for name, value in fit.state.items()
    }
    return replace(fit, state=state, classes=2)


def class_order(
    outputs: int, named: Sequence[str], given: Sequence[str], own: Sequence[str]
) -> tuple[list[int] | None, OrderBy]:
    """Which output stands for each class of the data set, and what says so; None where names don't.

    Args:
        outputs: of the network.
        named: what the file calls them, where it does.
        given: what a person says that they are.
        own: the data set's classes.

    Raises:
        ClassesDiffer: it tells more or fewer apart, and no names say which of them are the data set's.
    """
    asked: tuple[tuple[Sequence[str], OrderBy], ...] = ((given, "given"), (named, "names"))
    for names, by in asked:
        places = {_plainly(name): number for number, name in enumerate(names)}
        if names and len(names) == outputs and all(_plainly(name) in places for name in own):
            return [places[_plainly(name)] for name in own], by
    if outputs != len(own):
        raise ClassesDiffer(its=str(outputs), own=f"{len(own)} ({listing(list(own))})")
    return None, "place"


def _plainly(name: str) -> str:
    return " ".join(name.replace("_", " ").replace("-", " ").split()).casefold()


def _network(fit: Fit, key: str, side: int, data_set: DataSet) -> Network:
    spec = get_model(key)
    module = spec.build(fit.classes, side)
    module.load_state_dict(fit.state)
    names = [str(number) for number in range(fit.classes)]
    return fixed(Network(spec, module, names, data_set.size, side, Preprocessing.of(spec)), CPU)


def _sides(possible: Sequence[int], network: Network, data_set: DataSet, claims: Claims) -> list[int]:
    """Of pictures that it may have been trained on, px: the data set's own, what the file says, and the model's."""
    wanted = [claims.side, data_set.size, network.spec.native_size]
    if network.spec.refit is None:
        found = [side for side in wanted if side and any(side <= one for one in possible)]
    else:
        found = [side for side in wanted if side in possible]
    return list(dict.fromkeys(found)) or [possible[0]]


def _claimed(claims: Claims, sides: Sequence[int]) -> Way | None:
    """What the file says of itself, where it says a normalisation that is known."""
    for name, (mean, std) in NORMALISATIONS.items():
        if claims.mean is not None and claims.std is not None:
            near = [
                abs(a - b) < 0.005 for a, b in zip((*claims.mean, *claims.std), (*mean, *std), strict=True)
            ]
            if all(near):
                return Way(name, side=claims.side or sides[0])
    return None


def _kept(network: Network, fit: Fit, trial: Trial, data_set: DataSet) -> Network:
    """The network as it is kept: its outputs in the order of the data set's classes."""
    order = torch.tensor(trial.order)
    module = network.spec.build(len(data_set.classes), trial.way.side)
    module.load_state_dict(
        {name: value[order] if name in fit.head else value for name, value in fit.state.items()}
    )
    way = trial.way
    return fixed(
        Network(network.spec, module, data_set.classes, data_set.size, way.side, way.preprocessing), CPU
    )


def keep(workspace: Workspace, network: Network, origin: Origin, data_set: DataSet, name: str) -> Run:
    """A run of a network that was made elsewhere; all of it is there or nothing.

    Raises:
        BadName, CannotWrite, DiskFull.
    """
    recipe = Recipe(
        data_set.id, data_set.card.fingerprint, model=network.spec.key, side=network.side, epochs=0
    )
    (run,) = create_runs(workspace, [NewRun(name, recipe, rename=True, label=None, origin=origin)])
    try:
        save_checkpoint(run.folder.checkpoint, network)
        summary = Summary(
            data_set=data_set.name,
            classes=data_set.classes,
            class_labels=data_set.class_labels,
            size=data_set.size,
            table=data_set.table,
            validation_accuracy=origin.chosen.get("accuracy"),
        )
        save_summary(workspace, run.id, summary)
    except BaseException:
        delete_run(workspace, run)
        raise
    return open_run(workspace, run.id)


def row_of(trial: Trial) -> dict[str, Any]:
    """A trial as files, tables and the command line have it."""
    said = {
        "accuracy": round(trial.accuracy, 4),
        "log_loss": round(trial.log_loss, 4),
        "images": trial.images,
    }
    return trial.way._asdict() | said


def warnings_of(found: Handshake, claims: Claims, fit: Fit) -> list[Text]:
    """What a person should hear before trusting it."""
    warnings = []
    if found.guessing:
        said = Text(
            en="However the pictures are shown to it, it is right no more often than guessing: it may have learned other "
            "classes, or be shown pictures in a way that was not tried.",
            ko="어떤 방식으로 사진을 보여 줘도 찍는 것과 다르지 않습니다. 다른 클래스를 배웠거나, 여기서 시도하지 않은 방식으로 사진을 "
            "받는 모델일 수 있습니다.",
        )
        warnings.append(said)
    elif found.against_claim:
        said = Text(
            en="The file asks for another way of showing pictures, under which it does worse; the better one is used.",
            ko="파일에 적힌 방식으로 사진을 보여 주면 정확도가 더 낮아, 더 나은 방식을 씁니다.",
        )
        warnings.append(said)
    if fit.left:
        said = Text(
            en="{n} tensors of the file belong to nothing that this model has, {names} among them; they are left out.",
            ko="파일의 텐서 {n}개는 이 모델에 없는 것이라 쓰지 않습니다({names} 등).",
        )
        warnings.append(fill_text(said, n=len(fit.left), names=", ".join(fit.left[:3])))
    return warnings


def digest_of(path: Path) -> str:
    """sha256 of a file, or of a folder's files by name."""
    digest = hashlib.sha256()
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.is_file():
            with file.open("rb") as opened:
                digest.update(hashlib.file_digest(opened, "sha256").digest())
    return digest.hexdigest()
