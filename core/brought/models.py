"""Models from elsewhere brought in as runs of their own: read, recognised, asked with pictures, kept. Imports torch."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch

from core.brought.architecture import Candidate, Fit, find
from core.brought.graphs import read_graph
from core.brought.handshake import Handshake, Trial, Way, pictures_for, shake
from core.brought.keeping import CPU, keep, with_outputs
from core.brought.weights import Claims, Kind, read_weights
from core.data.dataset import DataSet
from core.errors import ClassesDiffer, NotFound
from core.networks.loading import use_all_cores
from core.networks.network import Network, Preprocessing, fixed
from core.progress import Report, part
from core.runs.origins import NORMALISATIONS, Normalise, OrderBy, Origin, nearest
from core.runs.recipe import get_model
from core.runs.runs import Run
from core.store import Workspace
from core.words import Text, fill_text, listing
from models.alike import begins_otherwise, takes, tensors, with_activation
from models.changes import ACTIVATIONS, USUAL_ACTIVATION
from models.registry import ONNX


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
    if not path.exists():
        raise NotFound(name=str(path))
    found = _of_graph(path, data_set) if is_graph(path) else _of_weights(path, data_set, model, report)
    order, order_by = class_order(found.outputs, found.claims.classes, classes, data_set.classes)
    report(0.2, Text(en="Asking it with pictures", ko="사진으로 물어보는 중"))
    asked = shake(
        found.networks,
        found.sides,
        data_set,
        _claimed(found.claims, found.sides[0][0]),
        order,
        part(report, 0.2, 0.95),
        found.normalisations,
        found.others,
    )
    if order is None:
        order_by = "pictures" if asked.by_pictures else "place"
    chosen = asked.chosen
    network = found.kept(asked.network, chosen.way, chosen.order)
    origin = Origin(
        source=path.name,
        format=found.kind,
        sha256=digest_of(path),
        fitted=found.fitted,
        of=found.of,
        nest=found.nest,
        order=list(chosen.order),
        order_by=order_by,
        chosen=row_of(chosen),
        handshake=[row_of(trial) for trial in asked.trials],
        tied=[row_of(trial) for trial in asked.tied],
        activation=asked.activation,
        activations=[
            {"activation": name or USUAL_ACTIVATION} | row_of(trial)
            for name, trial in asked.activations.items()
        ],
        split=pictures_for(data_set)[0],
        target_layer=network.spec.target_layer,
        warnings=warnings_of(asked, found, order_by, data_set),
    )
    report(0.97, Text(en="Keeping it", ko="저장하는 중"))
    return keep(workspace, network, origin, data_set, name or path.stem)


@dataclass(frozen=True)
class Found:
    """What was read from a file, as networks to ask."""

    kind: Kind
    networks: list[Network]
    """That it may be; the likeliest first."""
    sides: list[list[int]]
    """px: of the pictures that each may want; the likeliest first."""
    outputs: int
    claims: Claims
    fitted: int
    of: int
    kept: Callable[[Network, Way, Sequence[int]], Network]
    """(one of the networks, way, order of its outputs) -> the network as a run keeps it."""
    others: Mapping[str, Callable[[int], Network]] = field(default_factory=dict)
    """As of core.brought.handshake.shake."""
    normalisations: tuple[Normalise, ...] = tuple(NORMALISATIONS)
    nest: str = ""
    left: tuple[str, ...] = ()
    """Tensors of the file that it does not take."""


def is_graph(path: Path) -> bool:
    """Whether a file is to be read as an ONNX graph."""
    return path.is_file() and path.suffix.lower() == ".onnx"


def _of_weights(path: Path, data_set: DataSet, model: str, report: Report) -> Found:
    brought = read_weights(path)
    report(0.1, Text(en="Looking for its model", ko="모델을 찾는 중"))
    fit = one_output_a_class(find(brought.state, brought.claims.model, model))
    networks = [_network(fit, candidate.model, candidate.sides[0], data_set) for candidate in fit.candidates]

    def kept(network: Network, way: Way, order: Sequence[int]) -> Network:
        return _kept(network, fit, way, order, data_set)

    return Found(
        kind=brought.kind,
        networks=networks,
        sides=[sides_of(fit, candidate, data_set, brought.claims) for candidate in fit.candidates],
        outputs=fit.classes,
        claims=brought.claims,
        fitted=fit.fitted,
        of=fit.of,
        kept=kept,
        others=_others(fit, data_set),
        nest=brought.nest,
        left=fit.left,
    )


def _of_graph(path: Path, data_set: DataSet) -> Found:
    graph = read_graph(path, data_set.size)
    spec = get_model(ONNX)
    names = [str(number) for number in range(graph.outputs)]
    wanted = [graph.claims.side, data_set.size, spec.native_size]
    sides = list(graph.sides) or list(dict.fromkeys(side for side in wanted if side))
    network = Network(spec, graph.module, names, data_set.size, sides[0], Preprocessing.of(spec))

    def kept(asked: Network, way: Way, order: Sequence[int]) -> Network:
        shown = replace(asked, side=way.side, preprocessing=way.preprocessing())
        return with_outputs(shown, order, data_set)

    return Found(
        kind="onnx",
        networks=[fixed(network, CPU)],
        sides=[sides],
        outputs=graph.outputs,
        claims=graph.claims,
        fitted=graph.tensors,
        of=graph.tensors,
        kept=kept,
        normalisations=graph.normalisations,
    )


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
        places = {plainly(name): number for number, name in enumerate(names)}
        if names and len(names) == outputs and all(plainly(name) in places for name in own):
            return [places[plainly(name)] for name in own], by
    if outputs != len(own):
        raise ClassesDiffer(its=str(outputs), own=f"{len(own)} ({listing(list(own))})")
    return None, "place"


def plainly(name: str) -> str:
    return " ".join(name.replace("_", " ").replace("-", " ").split()).casefold()


def _network(fit: Fit, key: str, side: int, data_set: DataSet) -> Network:
    spec = get_model(key)
    module = spec.build(fit.classes, side)
    module.load_state_dict(fit.state)
    names = [str(number) for number in range(fit.classes)]
    return fixed(Network(spec, module, names, data_set.size, side, Preprocessing.of(spec)), CPU)


def sides_of(fit: Fit, candidate: Candidate, data_set: DataSet, claims: Claims) -> list[int]:
    """Of pictures that it may have been trained on, px: what the file says, the data set's own, and the model's; those as they
    are, also where it would be trained with larger ones here.

    One that begins as people change it for small pictures is asked with the data set's own alone: with photos it would take
    minutes.
    """
    spec = get_model(candidate.model)
    wanted = [claims.side, data_set.size, spec.native_size]
    if begins_otherwise(candidate.model):
        wanted = [claims.side or data_set.size]
    known = [side for side in wanted if side]
    small = [side for side in known if side < spec.fitting_side(side) and takes(spec, fit.classes, side)]
    fitting = dict.fromkeys([*small, *map(spec.fitting_side, known)])
    shapes = {name: tuple(value.shape) for name, value in fit.state.items()}
    return [side for side in fitting if tensors(spec, fit.classes, side) == shapes] or [candidate.sides[0]]


def _others(fit: Fit, data_set: DataSet) -> dict[str, Callable[[int], Network]]:
    """By activation, what builds a candidate with it in place of its ReLU; nothing where one of them has other ones."""
    shapes = {name: tuple(value.shape) for name, value in fit.state.items()}

    def building(keys: Sequence[str]) -> Callable[[int], Network]:
        return lambda number: _network(fit, keys[number], fit.candidates[number].sides[0], data_set)

    found = {}
    for name in ACTIVATIONS:
        keys = [with_activation(candidate.model, shapes, name) for candidate in fit.candidates]
        if all(keys):
            found[name] = building([key for key in keys if key])
    return found


def _claimed(claims: Claims, side: int) -> Way | None:
    """What the file says of itself, where it does.

    Args:
        side: that is taken where it says none.
    """
    if claims.mean is None or claims.std is None:
        return None
    name, off = nearest(claims.mean, claims.std)
    own = None if off < NEAR else (claims.mean, claims.std)
    return Way(name, claims.fit, claims.channels, claims.side or side, own)


NEAR = 0.005
"""How far the numbers of one normalisation are from each other where people round them."""


def _kept(
    network: Network,
    fit: Fit,
    way: Way,
    order: Sequence[int],
    data_set: DataSet,
) -> Network:
    """The network as it is kept: its outputs in the order of the data set's classes."""
    rows = torch.tensor(order)
    module = network.spec.build(len(data_set.classes), way.side)
    module.load_state_dict(
        {name: value[rows] if name in fit.head else value for name, value in fit.state.items()}
    )
    kept = Network(network.spec, module, data_set.classes, data_set.size, way.side, way.preprocessing())
    return fixed(kept, CPU)


def row_of(trial: Trial) -> dict[str, Any]:
    """A trial as files, tables and the command line have it; with `mean` and `std` where those are the file's own."""
    way = trial.way
    said = way._asdict()
    del said["own"]
    if way.own is not None:
        said |= {"mean": list(way.own[0]), "std": list(way.own[1])}
    return said | {
        "accuracy": round(trial.accuracy, 4),
        "log_loss": round(trial.log_loss, 4),
        "images": trial.images,
    }


def warnings_of(asked: Handshake, found: Found, order_by: OrderBy, data_set: DataSet) -> list[Text]:
    """What a person should hear before trusting it."""
    warnings = []
    if asked.guessing:
        said = Text(
            en="However the pictures are shown to it, it is right no more often than guessing: it may have learned other "
            "classes, or be shown pictures in a way that was not tried.",
            ko="어떤 방식으로 사진을 보여 줘도 찍는 것과 다르지 않습니다. 다른 클래스를 배웠거나, 여기서 시도하지 않은 방식으로 사진을 "
            "받는 모델일 수 있습니다.",
        )
        warnings.append(said)
    elif asked.against_claim:
        said = Text(
            en="The file asks for another way of showing pictures, under which it does worse; the better one is used.",
            ko="파일에 적힌 방식으로 사진을 보여 주면 정확도가 더 낮아, 더 나은 방식을 씁니다.",
        )
        warnings.append(said)
    if found.claims.classes and order_by in ("pictures", "place"):
        said = Text(
            en="The file calls its classes otherwise ({its}) than the data set ({own}): see that their order is right.",
            ko="파일에 적힌 클래스 이름({its})이 데이터 세트({own})와 다릅니다. 순서가 맞는지 확인해 주세요.",
        )
        names = {"its": listing(found.claims.classes), "own": listing(data_set.classes)}
        warnings.append(fill_text(said, **names))
    if found.left:
        said = Text(
            en="{n} tensors of the file belong to nothing that this model has, {names} among them; they are left out.",
            ko="파일의 텐서 {n}개는 이 모델에 없는 것이라 쓰지 않습니다({names} 등).",
        )
        warnings.append(fill_text(said, n=len(found.left), names=", ".join(found.left[:3])))
    return warnings


def digest_of(path: Path) -> str:
    """sha256 of a file, or of a folder's files by name."""
    digest = hashlib.sha256()
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.is_file():
            with file.open("rb") as opened:
                digest.update(hashlib.file_digest(opened, "sha256").digest())
    return digest.hexdigest()
