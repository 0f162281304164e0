"""What several noises say in the same words: where they come from, and which rules they cannot keep."""

from core.words import Text

IMAGENET_C = (
    "Hendrycks and Dietterich, Benchmarking Neural Network Robustness to Common Corruptions and "
    "Perturbations, ICLR 2019"
)
IMAGENET_C_BAR = (
    "Mintun, Kirillov and Xie, On Interaction Between Augmentations and Corruptions in Natural Corruption "
    "Robustness, NeurIPS 2021"
)
STUDY = Text(
    en="The original study of telling real faces from deepfakes", ko="원래의 딥페이크 얼굴 구별 연구"
)

ORIGINAL_STUDY = Text(en="Original study", ko="원래 연구")

GRAIN_IN_COLOUR = Text(
    en="Each colour gets its own chance, as its definition says.",
    ko="정의에 따라 색마다 따로 무작위 값을 받습니다.",
)
CODEC = Text(
    en="A lossy codec changes pixels even at its best quality.",
    ko="손실 압축은 가장 좋은 품질에서도 픽셀을 바꿉니다.",
)
