"""Any model by its name: a registered one, or one of torchvision's or timm's."""

from collections.abc import Sequence
from contextlib import suppress

from models.changes import ACTIVATIONS, changes
from models.registry import ONNX, ModelSpec, models


class NoSuchModel(Exception):
    """No model is called so."""

    def __init__(self, key: str, others: Sequence[str]) -> None:
        self.others = others
        """What others are called, besides those that are registered."""
        super().__init__(key)


class NoTimm(Exception):
    """A model of timm's was asked for, which is not installed."""


_by_name: dict[str, ModelSpec] = {}


def model_called(key: str) -> ModelSpec:
    """The model of that key: a registered one, "NAME" of another classifier of torchvision's, "timm:NAME", or ONNX; or
    "torchvision:NAME~STEM" for a residual network of theirs that begins so whatever the pictures (models._by_name.STEMS),
    "torchvision:NAME~ACTIVATION" for one with another in place of ReLU, or both: "torchvision:NAME~STEM~ACTIVATION".

    A record of one that is not registered is made when it is first asked for, which imports torch.

    Raises:
        NoSuchModel, NoTimm, NotAClassifier.
    """
    if (known := known_model(key)) is not None:
        return known
    from models import _by_name as libraries  # and torch

    if key == ONNX:
        from models._onnx import SPEC

        return _by_name.setdefault(key, SPEC)
    library, colon, name = key.rpartition(":")
    if not colon:
        others = libraries.torchvision_names()
        if key not in others:
            raise NoSuchModel(key, others)
        _by_name[key] = libraries.torchvision_model(key)
    elif library == "torchvision":
        plain, stem, activation = changes(name)
        others = libraries.torchvision_names()
        changed = bool(stem or activation) and stem in ("", *libraries.stems(plain))
        if plain not in others or not changed or (activation and not libraries.has_relu_alone(plain)):
            raise NoSuchModel(key, others)
        _by_name[key] = libraries.torchvision_model(plain, stem, activation)
    elif library == "timm":
        try:
            others = [f"timm:{one}" for one in libraries.timm_names()]
        except ImportError as error:
            raise NoTimm(key) from error
        if key not in others:
            raise NoSuchModel(key, others)
        _by_name[key] = libraries.timm_model(name)
    else:
        raise NoSuchModel(key, libraries.torchvision_names())
    return _by_name[key]


def known_model(key: str) -> ModelSpec | None:
    """The registered model of that key, or one that was asked for by its name before; imports nothing for it."""
    return models().get(key) or _by_name.get(key)


def called(key: str) -> str:
    """What people call a model: a registered one by its name, any other as its library does, with what is otherwise than in the
    library, as in "resnet18 (3×3/1, SiLU)"; imports nothing for it."""
    if (spec := known_model(key)) is not None and spec.name != key:
        return spec.name
    name, stem, activation = changes(key.removeprefix("torchvision:"))
    said = []
    if len(stem) >= 3:
        said.append(f"{stem[0]}×{stem[0]}/{stem[2]}{' + max-pool' if stem.endswith('p') else ''}")
    if activation:
        said.append(ACTIVATIONS[activation])
    return f"{name} ({', '.join(said)})" if said else key


def library_names() -> dict[str, list[str]]:
    """What can be asked for by name, by library; imports them."""
    from models import _by_name as libraries

    found = {"torchvision": libraries.torchvision_names()}
    with suppress(ImportError):
        found["timm"] = sorted({f"timm:{name}" for name in libraries.timm_names()})
    return found
