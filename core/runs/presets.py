"""Ready-made ways to train, each with what to expect of it, its cost and its paper. No torch: pages list them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from core.errors import NotUnderstood, UnknownName
from core.noise.catalogue import CHOOSERS, FAMILIES, HELD_OUT, all_noises, get_noise
from core.noise.mix import Mix, MixPart
from core.noise.sources import STUDY
from core.words import Text, plain

NOISY = 0.5
"""Share of the pictures that get noise where a preset's paper says nothing else."""


@dataclass(frozen=True)
class Preset:
    """A way to train: what it sets in a recipe, and what people are told of it."""

    key: str
    name: Text
    sentence: Text
    """What to expect."""
    source: Text
    """Its paper or study."""
    time: float
    """CPU seconds that training takes, in times of a clean run's: the geometric mean of small_cnn at 64 px, where what is done to
    pictures weighs most (PRIME 2.0), and resnet18 at 32 px, where it hardly does."""
    changes: Mapping[str, Any]
    """Fields of a recipe that it sets besides its mix."""
    mix: Callable[[str], tuple[MixPart, ...]] = field(default=lambda _: ())
    """The parts of its mix, from what was chosen."""
    choice: Literal["", "noise", "family"] = ""
    """What has to be chosen: a noise or a family, as in "one_noise:fog"; "" for nothing."""


USUAL: Mapping[str, Any] = {
    "augmentation": "",
    "objective": "cross_entropy",
    "drawn": "each_epoch",
    "mix_over_epochs": "same",
}
"""What a preset decides besides the mix, as it is where it sets nothing else."""


def trainable_noises(family: str | None = None) -> list[str]:
    """The keys of the noises that a preset may train on: neither kept for tests nor what chooses checkpoints.

    Args:
        family: those of one family alone.
    """
    return [
        entry.key
        for entry in all_noises()
        if not entry.held_out and entry.key not in CHOOSERS and family in (None, entry.family)
    ]


def choices(preset: Preset) -> dict[str, Text]:
    """What may be chosen for a preset, by key, with the name that people know."""
    if preset.choice == "noise":
        return {key: get_noise(key).name for key in trainable_noises()}
    if preset.choice == "family":
        return {key: name for key, name in FAMILIES.items() if key != HELD_OUT and trainable_noises(key)}
    return {}


def get_preset(key: str) -> tuple[Preset, str]:
    """A preset and what is chosen for it ("" where there is nothing to choose), from "KEY" or "KEY:CHOICE".

    Raises:
        UnknownName: no such preset, or nothing of that name to choose.
        NotUnderstood: a choice is missing, or one is made where there is none.
    """
    name, colon, chosen = key.partition(":")
    if name not in PRESETS:
        raise UnknownName(Text(en="preset", ko="프리셋"), name, PRESETS)
    preset = PRESETS[name]
    known = choices(preset)
    if bool(known) != bool(colon):
        form = f"{name}:{next(iter(known))}" if known else name
        raise NotUnderstood(value=key, what=Text(en="a preset", ko="프리셋"), form=form)
    if known and chosen not in known:
        kinds = {
            "noise": Text(en="noise to train on", ko="학습에 쓸 수 있는 노이즈"),
            "family": Text(en="family of noises to train on", ko="학습에 쓸 수 있는 노이즈 종류"),
        }
        raise UnknownName(kinds[preset.choice], chosen, known)
    return preset, chosen


def with_preset(values: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The fields of a recipe with a preset's in their place; what decides nothing of noise stays as it is.

    Args:
        values: as `Recipe.make` takes them.
        key: "KEY" or "KEY:CHOICE", as `get_preset` takes it.

    Raises:
        UnknownName, NotUnderstood: as of `get_preset`.
    """
    preset, chosen = get_preset(key)
    return {**values, **USUAL, **preset.changes, "mix": Mix.make(preset.mix(chosen)), "preset": key}


def _evenly(noises: list[str], share: float) -> tuple[MixPart, ...]:
    return tuple(MixPart(key, share / len(noises)) for key in noises)


_ALL = [
    Preset(
        "clean",
        Text(en="Clean", ko="원본만"),
        Text(
            en="No noise at all: the reference for all others, and the first to fall when noise comes.",
            ko="노이즈를 전혀 넣지 않습니다. 다른 방법과 견주는 기준이며, 노이즈를 만나면 가장 먼저 무너집니다.",
        ),
        Text(en="The reference of every paper below", ko="아래 모든 논문의 기준"),
        1.0,
        {},
    ),
    Preset(
        "original_study",
        Text(en="Original study", ko="원래 연구"),
        Text(
            en="Nine pictures in ten stay clean, one gets salt and pepper or BFS noise, drawn once and the same in every epoch: "
            "some help under these two, little under others.",
            ko="열 장 중 아홉 장은 원본 그대로 두고 한 장에는 소금과 후추나 BFS 노이즈를 한 번만 만들어 매 에폭 똑같이 씁니다. "
            "이 두 노이즈에는 조금 도움이 되지만 다른 노이즈에는 별로 도움이 되지 않습니다.",
        ),
        STUDY,
        1.1,
        {"drawn": "once"},
        lambda _: _evenly(["salt_pepper", "bfs_noise"], 0.1),
    ),
    Preset(
        "one_noise",
        Text(en="One noise", ko="노이즈 하나"),
        Text(
            en="A noise of your choice on half of the pictures: holds best under that very noise, and often under no other.",
            ko="고른 노이즈 하나를 사진 절반에 넣습니다. 바로 그 노이즈는 가장 잘 견디지만 다른 노이즈는 견디지 못할 때가 많습니다.",
        ),
        plain(
            "Geirhos et al., Generalisation in Humans and Deep Neural Networks, NeurIPS 2018, arXiv:1808.08750"
        ),
        1.1,
        {},
        lambda chosen: _evenly([chosen], NOISY),
        "noise",
    ),
    Preset(
        "family",
        Text(en="A family of noises", ko="노이즈 한 종류"),
        Text(
            en="All noises of one kind on half of the pictures: holds under what is like them, less the less alike a noise is.",
            ko="한 종류의 노이즈를 모두 사진 절반에 나누어 넣습니다. 비슷한 노이즈는 잘 견디고, 덜 비슷할수록 덜 견딥니다.",
        ),
        plain(
            "Mintun, Kirillov and Xie, On Interaction Between Augmentations and Corruptions in Natural Corruption "
            "Robustness, NeurIPS 2021, arXiv:2102.11273"
        ),
        1.2,
        {},
        lambda chosen: _evenly(trainable_noises(chosen), NOISY),
        "family",
    ),
    Preset(
        "gaussian",
        Text(en="Gaussian noise", ko="가우시안 노이즈"),
        Text(
            en="Gaussian noise of five strengths on half of the pictures: the cheapest that helps much, most under all fine "
            "grain, least under fog and contrast (published: mean corruption error on ImageNet-C 65 instead of 77).",
            ko="다섯 가지 세기의 가우시안 노이즈를 사진 절반에 넣습니다. 값싸면서 도움이 큰 방법으로, 고운 입자에 가장 강하고 안개와 대비 "
            "변화에는 약합니다(논문: ImageNet-C 평균 손상 오류 77 → 65).",
        ),
        plain(
            "Rusak et al., A Simple Way to Make Neural Networks Robust Against Diverse Image Corruptions, ECCV 2020, "
            "arXiv:2001.06057"
        ),
        1.1,
        {},
        lambda _: _evenly(["gaussian_noise"], NOISY),
    ),
    Preset(
        "augmix",
        Text(en="AugMix", ko="AugMix"),
        Text(
            en="Each picture is mixed with copies that were turned, shifted or recoloured: some help under most noises, none of "
            "which it has seen (published: 86 % right on CIFAR-10-C, 74 % for clean training elsewhere).",
            ko="사진마다 돌리거나 밀거나 색을 바꾼 사본을 섞습니다. 본 적 없는 노이즈에도 두루 도움이 됩니다(공개된 CIFAR-10-C "
            "정확도 86%, 원본만으로 학습한 다른 실험은 74%).",
        ),
        plain("Hendrycks et al., AugMix, ICLR 2020, arXiv:1912.02781"),
        1.5,
        {"augmentation": "augmix"},
    ),
    Preset(
        "augmix_gaussian",
        Text(en="AugMix with Gaussian noise", ko="AugMix + 가우시안 노이즈"),
        Text(
            en="AugMix, and Gaussian noise of five strengths on half of the pictures before it: each helps where the other does "
            "not, one against grain, the other against much else (measured here with three seeds: under noises it had not "
            "seen half of a clean training's errors on drawn faces, hardly fewer on small photos of ten objects).",
            ko="AugMix를 하기 전에 사진 절반에 다섯 가지 세기의 가우시안 노이즈를 넣습니다. 하나는 입자에, 다른 하나는 나머지에 강해 서로를 "
            "채워 줍니다(NoiseLens에서 시드 셋으로 잰 결과, 학습하지 않은 노이즈에서 나는 오류가 원본만 학습했을 때의 절반(그린 얼굴)이었고, 작은 사물 사진에서는 거의 줄지 않았습니다).",
        ),
        plain("Hendrycks et al., AugMix, arXiv:1912.02781, with Rusak et al., arXiv:2001.06057"),
        1.6,
        {"augmentation": "augmix"},
        lambda _: _evenly(["gaussian_noise"], NOISY),
    ),
    Preset(
        "augmix_jsd",
        Text(en="AugMix with JSD", ko="AugMix + JSD"),
        Text(
            en="AugMix, and the network is to say the same of three forms of each picture: three to five times the time for a "
            "little more (published: 88 % right on CIFAR-10-C instead of 86 %).",
            ko="AugMix에 더해, 한 사진의 세 가지 모습에 같은 답을 하도록 가르칩니다. 시간은 세 배에서 다섯 배쯤 들고 결과는 조금 더 좋아집니다"
            "(공개된 CIFAR-10-C 정확도 86% → 88%).",
        ),
        plain("Hendrycks et al., AugMix, ICLR 2020, arXiv:1912.02781"),
        3.9,
        {"augmentation": "augmix", "objective": "jsd"},
    ),
    Preset(
        "prime",
        Text(en="PRIME", ko="PRIME"),
        Text(
            en="Random filters, smooth warps and colour curves: the best all-rounder known that needs no other pictures, for a "
            "point or two of clean accuracy (published: mean corruption error on ImageNet-C 58 instead of 76).",
            ko="무작위 필터와 부드러운 휘어짐, 색 곡선을 섞습니다. 다른 사진 없이 쓸 수 있는 방법 가운데 두루 가장 강하고, 원본 정확도는 "
            "1~2%포인트 내려갑니다(논문: ImageNet-C 평균 손상 오류 76 → 58).",
        ),
        plain("Modas et al., PRIME, ECCV 2022, arXiv:2112.13547"),
        1.4,
        {"augmentation": "prime"},
    ),
    Preset(
        "apr",
        Text(en="APR", ko="APR"),
        Text(
            en="Amplitudes of the spectrum are swapped while the phases stay: helps where noise changes textures more than "
            "outlines (published: mean corruption error on ImageNet-C 65 instead of 81).",
            ko="스펙트럼의 위상은 두고 진폭만 바꿉니다. 윤곽보다 질감을 바꾸는 노이즈에 강해집니다(논문: ImageNet-C "
            "평균 손상 오류 81 → 65).",
        ),
        plain("Chen et al., Amplitude-Phase Recombination, ICCV 2021, arXiv:2108.08487"),
        1.4,
        {"augmentation": "apr"},
    ),
    Preset(
        "pixmix",
        Text(en="PixMix", ko="PixMix"),
        Text(
            en="Fractals and patterns are mixed into the pictures: as strong as AugMix or stronger, often surer of the right things "
            "(drawn by NoiseLens itself; measured here with three seeds: under noises it had not seen half of a clean training's "
            "errors on drawn faces, nine tenths of them on small photos of ten objects).",
            ko="프랙털과 무늬를 사진에 섞습니다. AugMix와 비슷하거나 더 강하고, 확신도 더 믿을 만할 때가 많습니다(무늬는 NoiseLens가 직접 그립니다. "
            "시드 셋으로 잰 결과, 학습하지 않은 노이즈에서 나는 오류가 원본만 학습했을 때의 절반(그린 얼굴), 10분의 9(작은 사물 사진)였습니다).",
        ),
        plain("Hendrycks et al., PixMix, CVPR 2022, arXiv:2112.05135"),
        1.4,
        {"augmentation": "pixmix"},
    ),
    Preset(
        "mixup",
        Text(en="mixup", ko="mixup"),
        Text(
            en="Two pictures and their classes are blended into one: looks at more of the picture, some help under noise "
            "(published: 79 % right on CIFAR-10-C, AugMix 86 %).",
            ko="사진 두 장과 그 클래스를 하나로 섞습니다. 사진을 더 넓게 보게 되고 노이즈에도 조금 도움이 됩니다(공개된 CIFAR-10-C "
            "정확도 79%, AugMix는 86%).",
        ),
        plain("Zhang et al., mixup: Beyond Empirical Risk Minimization, ICLR 2018, arXiv:1710.09412"),
        1.1,
        {"augmentation": "mixup"},
    ),
    Preset(
        "cutmix",
        Text(en="CutMix", ko="CutMix"),
        Text(
            en="A piece of another picture is pasted in: looks at more of the picture, but does not help against noise "
            "(published: 73 % right on CIFAR-10-C, 27 % under Gaussian noise; AugMix 86 % and 71 %).",
            ko="다른 사진의 조각을 붙입니다. 사진을 더 넓게 보게 되지만 노이즈에는 도움이 되지 않습니다(공개된 CIFAR-10-C "
            "정확도 73%, 가우시안 노이즈에서는 27%. AugMix는 86%와 71%).",
        ),
        plain("Yun et al., CutMix, ICCV 2019, arXiv:1905.04899"),
        1.1,
        {"augmentation": "cutmix"},
    ),
    Preset(
        "random_erasing",
        Text(en="Random erasing", ko="무작위 지우기"),
        Text(
            en="A rectangle of half of the pictures is erased: looks at more of the picture and stands hidden parts; expect no "
            "help against noise.",
            ko="사진 절반에서 네모 하나를 지웁니다. 사진을 더 넓게 보고 가려진 부분을 잘 견디지만, 노이즈에는 도움을 기대하기 어렵습니다.",
        ),
        plain("Zhong et al., Random Erasing Data Augmentation, AAAI 2020, arXiv:1708.04896"),
        1.1,
        {"augmentation": "random_erasing"},
    ),
    Preset(
        "hide_and_seek",
        Text(en="Hide-and-Seek", ko="숨바꼭질(Hide-and-Seek)"),
        Text(
            en="Squares of a grid are hidden: the network looks for more than the one part that tells most; expect no help "
            "against noise.",
            ko="바둑판 칸 가운데 일부를 가립니다. 가장 눈에 띄는 한 곳만 보지 않고 다른 곳도 찾게 되지만, 노이즈에는 도움을 기대하기 어렵습니다.",
        ),
        plain("Singh et al., Hide-and-Seek, 2018, arXiv:1811.02545"),
        1.1,
        {"augmentation": "hide_and_seek"},
    ),
]
PRESETS: dict[str, Preset] = {preset.key: preset for preset in _ALL}
"""Every preset by its key, in the order of a list."""
