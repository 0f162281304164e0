"""Which weights of a run were tested, and what chose them, as commands say it."""

from typing import TYPE_CHECKING, Any

from core.words import Text, fill_text

if TYPE_CHECKING:
    from core.runs.runs import Run

_KEPT = {
    "best": Text(en="the best epoch on validation pictures", ko="검증 사진에서 가장 좋은 에폭"),
    "last": Text(en="the last epoch", ko="마지막 에폭"),
    None: Text(en="weights as they came", ko="가져온 그대로의 가중치"),
}
_AVERAGED = Text(en="{kept}, weights averaged over steps", ko="{kept}, 여러 스텝의 가중치 평균")


def checkpoint_json(run: "Run") -> dict[str, Any]:
    """For programs."""
    from core.evaluation.results import checkpoint_of

    kept = checkpoint_of(run)
    return {
        "kept": kept.kept,
        "averaged": kept.averaged,
        "chosen_by": kept.chosen_by,
        "epoch": kept.epoch,
        "noises": list(run.choosers),
    }


def checkpoint_words(run: "Run") -> Text:
    """For people."""
    from core.evaluation.results import checkpoint_of

    kept = checkpoint_of(run)
    return fill_text(_AVERAGED, kept=_KEPT[kept.kept]) if kept.averaged else _KEPT[kept.kept]
