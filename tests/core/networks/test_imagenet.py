"""The Korean names of ImageNet's classes."""

import re
from collections import Counter

from torchvision.models import EfficientNet_B0_Weights

from core.networks.imagenet import imagenet_labels


def test_every_class_of_the_models_has_a_name_in_the_order_of_the_classes() -> None:
    assert list(imagenet_labels()) == EfficientNet_B0_Weights.DEFAULT.meta["categories"]
    assert all(label["en"] == name for name, label in imagenet_labels().items())


def test_every_korean_name_is_korean() -> None:
    korean = [label["ko"] for label in imagenet_labels().values()]
    assert [name for name in korean if not re.search("[가-힣]", name) or name != name.strip()] == []


def test_no_two_classes_are_called_alike() -> None:
    counted = Counter(label["ko"] for label in imagenet_labels().values())
    assert [name for name, number in counted.items() if number > 1] == []


def test_words_of_two_meanings_are_taken_in_that_of_their_class() -> None:
    korean = {name: label["ko"] for name, label in imagenet_labels().items()}
    meant = {
        "crane bird": "두루미",
        "crane": "크레인",
        "kite": "솔개",
        "mouse": "컴퓨터 마우스",
        "pirate": "해적선",
        "plane": "대패",
        "Cardigan": "카디건 웰시 코기",
        "cardigan": "카디건",
    }
    assert {name: korean[name] for name in meant} == meant
