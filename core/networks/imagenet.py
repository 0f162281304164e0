"""What a person calls the classes that models with ImageNet weights tell apart."""

import json
from collections.abc import Mapping
from functools import cache

from core.store import ROOT
from core.words import Text


@cache
def imagenet_labels() -> Mapping[str, Text]:
    """What screens call each of the 1000 classes; in the order of the classes; no two are called alike.

    By the English name as torchvision gives it. For the answers of a model with ImageNet weights only: a data
    set's class of the same name is somebody's own word.
    """
    path = ROOT / "locales" / "classes" / "imagenet.ko.json"
    korean: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return {name: Text(en=name, ko=said) for name, said in korean.items()}
