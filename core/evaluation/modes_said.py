"""In which way tests were made that are no plain ones, in words."""

from collections.abc import Sequence

from core.evaluation.joined import JoinedEvaluation
from core.runs.runs import Run
from core.words import Text

_ALL = Text(en="All of these tests", ko="이 시험 모두")


def modes_said(chosen: Sequence[tuple[Run, JoinedEvaluation]]) -> list[Text]:
    """Of tests that are no plain ones in which way they were made, those alike together."""
    alike: dict[tuple[str, str], list[Run]] = {}
    for run, test in chosen:
        if words := test.mode.words:
            key = (" · ".join(one["en"] for one in words), " · ".join(one["ko"] for one in words))
            alike.setdefault(key, []).append(run)
    said = []
    for (en, ko), runs in alike.items():
        who = _ALL
        if len(runs) < len(chosen) or len(runs) == 1:
            names = [run.label for run in runs]
            who = Text(en=", ".join(one["en"] for one in names), ko=", ".join(one["ko"] for one in names))
        said.append(Text(en=f"{who['en']}: {en}", ko=f"{who['ko']}: {ko}"))
    return said
