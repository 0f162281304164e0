"""Models whose weights have the same names and shapes, so that pictures alone tell which one a file is of.

Imports torch when it is asked, as models.names does.
"""

from collections.abc import Iterator, Mapping
from functools import cache

from models.registry import ModelSpec

Shape = tuple[int, ...]
SAME_PADDED = "tf_"
"""What timm puts before the names of networks that pad as TensorFlow does."""


def alike(key: str, shapes: Mapping[str, Shape]) -> Iterator[str]:
    """The keys of other models that such tensors may belong to where they fit `key`'s; not all of them need exist.

    Args:
        shapes: of the tensors in the file, by name.
    """
    from models._by_name import RESIDUAL, STEMS

    library, colon, name = key.rpartition(":")
    first = shapes.get("conv1.weight", ())
    if name.startswith(RESIDUAL) and library in ("", "torchvision") and len(first) == 4:
        yield from (f"torchvision:{name}~{stem}" for stem in STEMS.get(first[2], ()))
    if library == "timm" and colon:
        other = name.removeprefix(SAME_PADDED) if name.startswith(SAME_PADDED) else SAME_PADDED + name
        yield f"timm:{other}"


@cache
def torchvision_counts() -> dict[str, int]:
    """How many parameters each of torchvision's classifiers has, with the 1,000 classes of ImageNet."""
    import torchvision.models as zoo

    published = {name: next(iter(zoo.get_model_weights(name))) for name in zoo.list_models(module=zoo)}
    return {name: int(one.meta["num_params"]) for name, one in published.items()}


def tensors(spec: ModelSpec, num_classes: int, side: int) -> dict[str, Shape]:
    """The shape of each tensor of a network's state dict, by name, without building its weights."""
    from models._by_name import without_weights

    return {
        name: tuple(value.shape)
        for name, value in without_weights(spec.build, num_classes, side).state_dict().items()
    }
