"""The studies that are offered ready-made, one record each. No torch: pages list them."""

from typing import Any

from core.errors import UnknownName
from core.noise.catalogue import noise_name
from core.noise.mix import Mix, MixPart
from core.noise.sources import STUDY
from core.studies.study import Arm, ReadyStudy, arm_of_preset
from core.words import Text, plain

STUDY_SHARE = 0.1
"""Of the pictures that got noise in the study that NoiseLens began with."""
STUDY_NOISES = ("salt_pepper", "bfs_noise")
EACH = (
    "gaussian_noise",
    "motion_blur",
    "fog",
    "jpeg_compression",
    "salt_pepper",
    "bfs_noise",
    "blend",
    "pca",
)
"""One of each of ImageNet-C's four groups (noise, blur, weather, digital), and the four of the study that NoiseLens began
with: kinds that are unlike each other, so that what carries over from one to another is no matter of course."""
RECIPES = ("clean", "gaussian", "augmix", "apr", "prime", "pixmix")
LOOK = ("clean", "random_erasing", "cutmix", "hide_and_seek", "gaussian")
"""Three ways that hide parts of a picture so that the rest has to be looked at, and one that is against noise."""
PARTS = (0.25, 0.5, 1.0)
"""Of the training pictures."""


def _of_study(noise: str) -> Arm:
    """Nine pictures in ten clean, one with this noise, drawn once."""
    mix = Mix((MixPart(noise, STUDY_SHARE),))
    return Arm(noise, noise_name(noise), lambda values: {**values, "mix": mix, "drawn": "once"})


def _part(share: float) -> Arm:
    """A part of the pictures, each so much more often that the number of steps is the same."""

    def changes(values: dict[str, Any]) -> dict[str, Any]:
        return {**values, "share": share, "epochs": round(values["epochs"] / share)}

    label = Text(en=f"{share:.0%} of the pictures", ko=f"사진 {share:.0%}")
    return Arm(f"part_{100 * share:g}", label, changes)


_ALL = [
    ReadyStudy(
        "original",
        Text(en="The original study", ko="원래 연구"),
        Text(
            en="Does a little noise in training help? Clean, salt and pepper and BFS noise on one picture in ten, "
            "with the settings of the study that NoiseLens began with (224 px, so it takes its time).",
            ko="학습에 노이즈를 조금 섞으면 도움이 될까요? 원본만, 소금과 후추, BFS 노이즈(열 장 중 한 장)를 NoiseLens의 바탕이 된 "
            "연구의 설정 그대로 견줍니다(224 px라서 시간이 걸립니다).",
        ),
        STUDY,
        lambda: (arm_of_preset("clean"), *(_of_study(noise) for noise in STUDY_NOISES)),
        {
            "trains": "all",
            "epochs": 10,
            "learning_rate": 1e-4,
            "batch_size": 32,
            "side": 224,
            "schedule": "constant",
        },
    ),
    ReadyStudy(
        "each",
        Text(en="Each noise", ko="노이즈마다"),
        Text(
            en="Which noise protects from which? Trains on clean pictures and on each of eight unlike noises, and tests each "
            "model under all of them.",
            ko="어떤 노이즈로 학습하면 어떤 노이즈를 견딜까요? 원본, 그리고 서로 다른 노이즈 여덟 가지로 하나씩 학습해서 모든 노이즈로 시험합니다.",
        ),
        plain(
            "Geirhos et al., Generalisation in Humans and Deep Neural Networks, NeurIPS 2018, arXiv:1808.08750"
        ),
        lambda: (arm_of_preset("clean"), *(arm_of_preset(f"one_noise:{noise}") for noise in EACH)),
    ),
    ReadyStudy(
        "carries",
        Text(en="Does it carry over?", ko="다른 노이즈에도 통할까?"),
        Text(
            en="Does learning one noise help under one that looks much like it? Salt and pepper tested under uniform noise, and "
            "the other way round, beside clean training.",
            ko="한 노이즈를 배우면 비슷해 보이는 노이즈에도 강해질까요? 소금과 후추로 학습해 균등 노이즈로, 또 그 반대로 시험하고 원본만 "
            "학습한 모델과 견줍니다.",
        ),
        plain(
            "Geirhos et al., Generalisation in Humans and Deep Neural Networks, NeurIPS 2018, arXiv:1808.08750"
        ),
        lambda: tuple(map(arm_of_preset, ("clean", "one_noise:salt_pepper", "one_noise:uniform_noise"))),
    ),
    ReadyStudy(
        "recipes",
        Text(en="Which recipe holds best?", ko="어떤 방법이 가장 잘 견딜까?"),
        Text(
            en="Which way of training stands noise best that it has never seen? Clean, Gaussian noise, AugMix, APR, PRIME and "
            "PixMix, same model, same pictures, same tests.",
            ko="처음 보는 노이즈를 가장 잘 견디게 하는 학습 방법은 무엇일까요? 원본만, 가우시안 노이즈, AugMix, APR, PRIME, PixMix를 같은 "
            "모델, 같은 사진, 같은 시험으로 견줍니다.",
        ),
        plain("Modas et al., PRIME, ECCV 2022, arXiv:2112.13547"),
        lambda: tuple(map(arm_of_preset, RECIPES)),
    ),
    ReadyStudy(
        "look",
        Text(en="Look at more of the picture", ko="사진을 더 넓게 보게 하기"),
        Text(
            en="Can a network be taught to use more of the picture, and does that help it? Clean, random erasing, CutMix, "
            "Hide-and-Seek and Gaussian noise. How much each uses is told under Grad-CAM.",
            ko="사진을 더 넓게 쓰도록 가르칠 수 있을까요? 그러면 정말 도움이 될까요? 원본만, 무작위 지우기, CutMix, 숨바꼭질, 가우시안 노이즈를 "
            "견줍니다. 저마다 사진을 얼마나 쓰는지는 Grad-CAM 화면에서 알려 드립니다.",
        ),
        plain(
            "Choe et al., Evaluating Weakly Supervised Object Localization Methods Right, CVPR 2020, arXiv:2001.07437"
        ),
        lambda: tuple(map(arm_of_preset, LOOK)),
    ),
    ReadyStudy(
        "pictures",
        Text(en="How many pictures are needed?", ko="사진이 몇 장 필요할까?"),
        Text(
            en="Would more pictures help? A quarter, half and all of the training pictures, with as many steps each, and a curve "
            "through the errors.",
            ko="사진을 더 모으면 나아질까요? 학습용 사진의 4분의 1, 절반, 전체로 같은 단계 수만큼 학습하고 오류에 곡선을 맞춥니다.",
        ),
        plain("Hestness et al., Deep Learning Scaling is Predictable, Empirically, 2017, arXiv:1712.00409"),
        lambda: tuple(_part(share) for share in PARTS),
    ),
]
READY: dict[str, ReadyStudy] = {study.key: study for study in _ALL}
"""Every ready study by its key, in the order of a list."""


def get_ready(key: str) -> ReadyStudy:
    """The ready study of that key.

    Raises:
        UnknownName.
    """
    if key not in READY:
        raise UnknownName(Text(en="ready study", ko="준비된 연구"), key, READY)
    return READY[key]
