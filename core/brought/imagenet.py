"""A model with ImageNet weights as they were published, as a run on a data set of some of ImageNet's classes. Imports torch."""

from functools import cache
from pathlib import Path

from core.brought.keeping import CPU, keep, with_outputs
from core.brought.models import plainly
from core.data.dataset import DataSet
from core.errors import NotOfImageNet
from core.networks.loading import load_imagenet_network
from core.runs.origins import Origin
from core.runs.runs import Run, list_runs
from core.store import Workspace
from core.words import Text, listing

FORMAT = "imagenet"
"""Of the origin of such a run."""
ONLY_THESE = Text(
    en="Of ImageNet's 1000 answers only those of the data set's classes are asked for: figures for all 1000 are lower.",
    ko="ImageNet의 1000가지 답 가운데 데이터 세트에 있는 클래스만 놓고 고르게 합니다. 1000가지 모두에서 고르면 정확도가 더 낮습니다.",
)


@cache
def wnids() -> list[str]:
    """Of ImageNet's classes in the order in which networks answer, e.g. "n01440764"."""
    import core.networks

    (folder,) = core.networks.__path__
    return Path(folder, "imagenet_wnids.txt").read_text(encoding="ascii").split()


def imagenet_order(data_set: DataSet, names: list[str]) -> list[int]:
    """Which of ImageNet's answers stands for each class of a data set.

    Args:
        names: ImageNet's, in the order of its answers.

    Raises:
        NotOfImageNet: a class is called neither by its name nor by its wnid there, or two by the same.
    """
    places = {plainly(name): number for number, name in enumerate(names)}
    places |= {wnid: number for number, wnid in enumerate(wnids())}
    wanted = [plainly(name) for name in data_set.classes]
    unknown = [name for name, one in zip(data_set.classes, wanted, strict=True) if one not in places]
    order = [places[one] for one in wanted if one in places]
    twice = [
        name
        for name, one in zip(data_set.classes, wanted, strict=True)
        if order.count(places.get(one, -1)) > 1
    ]
    if unknown or twice:
        raise NotOfImageNet(name=data_set.name, classes=listing(unknown or twice))
    return order


def imagenet_run(workspace: Workspace, key: str, data_set: DataSet) -> Run:
    """The run of such a model on a data set: the one that is there, or a new one.

    Args:
        key: of a model that has ImageNet weights.

    Raises:
        UnknownName, WeightsMissing, WeightsDamaged: no such model, or its weights are not here. NotOfImageNet. CannotWrite,
        DiskFull.
    """
    for run in list_runs(workspace):
        its, recipe = run.origin, run.recipe
        if (
            its is not None
            and (its.format, its.source) == (FORMAT, key)
            and recipe.data_set_id == data_set.id
            and recipe.data_set_fingerprint == data_set.card.fingerprint
            and run.folder.checkpoint.exists()
        ):
            return run
    network = load_imagenet_network(key, CPU)
    order = imagenet_order(data_set, network.classes)
    origin = Origin(
        source=key,
        format=FORMAT,
        order=order,
        order_by="names",
        target_layer=network.spec.target_layer,
        warnings=[ONLY_THESE],
    )
    return keep(workspace, with_outputs(network, order, data_set), origin, data_set, f"{key} imagenet")
