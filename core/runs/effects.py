"""Which choices of a recipe change nothing, as the rest of it stands. No torch."""

from dataclasses import replace

from core.data.dataset import DataSet
from core.runs.recipe import Recipe
from core.words import Text, fill_text

_LAST_EPOCH = Text(
    en="No effect: the {epochs} epochs are over before that.",
    ko="효과 없음: 그 전에 {epochs}에폭이 모두 끝납니다.",
)
_NO_VALIDATION = Text(
    en="No effect: there are no validation pictures to tell what is better.",
    ko="효과 없음: 무엇이 나은지 알려 줄 검증 사진이 없습니다.",
)
_ONE_BATCH = Text(
    en="No effect: all {n} training pictures fit into one batch.",
    ko="효과 없음: 학습용 사진 {n}장이 배치 하나에 모두 들어갑니다.",
)
_EVEN = Text(
    en="No effect: every class has the same number of training pictures.",
    ko="효과 없음: 클래스마다 학습용 사진 수가 같습니다.",
)
_GPU = Text(
    en="No effect on the graphics card: it is the CPU's.", ko="효과 없음: CPU를 쓸 때만 의미가 있습니다."
)
_NO_NOISE = Text(
    en="No effect: there is no noise in training.", ko="효과 없음: 학습에 노이즈를 넣지 않습니다."
)
_SAME_SIZE = Text(
    en="No effect: that is what the model is given anyway.", ko="효과 없음: 그냥 두어도 이 크기입니다."
)


def without_effect(recipe: Recipe, data_set: DataSet) -> dict[str, Text]:
    """Why fields that were chosen otherwise than usual change nothing, by the field's name.

    Args:
        recipe: as it would be trained; need not be one that can.
    """
    found: dict[str, Text] = {}
    counts = list(data_set.card.counts["train"].values())
    pictures = round(recipe.share * sum(counts))
    if recipe.patience and not data_set.split_counts["validation"]:
        found["patience"] = _NO_VALIDATION
    elif recipe.patience >= recipe.epochs:
        found["patience"] = fill_text(_LAST_EPOCH, epochs=recipe.epochs)
    if recipe.accumulate > 1 and pictures <= recipe.batch_size:
        found["accumulate"] = fill_text(_ONE_BATCH, n=pictures)
    if recipe.balance != "none" and len(set(counts)) == 1:
        found["balance"] = _EVEN
    if recipe.threads and recipe.device == "cuda":
        found["threads"] = _GPU
    if not recipe.mix.noises and recipe.drawn != "each_epoch":
        found["drawn"] = _NO_NOISE
    if not recipe.mix.noises and recipe.mix_over_epochs != "same":
        found["mix_over_epochs"] = _NO_NOISE
    if recipe.side and recipe.side == replace(recipe, side=0).network_side(data_set.size):
        found["side"] = _SAME_SIZE
    return found
