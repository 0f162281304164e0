"""What findings say of runs, for programs."""

from typing import TYPE_CHECKING, Any

from core.cli.options import language

if TYPE_CHECKING:
    from core.evaluation.distance import Distance
    from core.evaluation.results import Tested
    from core.store import Workspace


def told(
    workspace: "Workspace", some: "list[Tested]", distances: "dict[str, dict[str, Distance]]"
) -> list[dict[str, Any]]:
    """What they show in words, of pictures, whatever else is counted."""
    from core.data.dataset import list_data_sets
    from core.evaluation.arms import evaluated_run
    from core.evaluation.comparison import compare
    from core.evaluation.findings import findings
    from core.evaluation.findings.evidence import evidence_of
    from core.evaluation.joined import tested_set
    from core.evaluation.results import seeds_among
    from core.evaluation.stored_answers import joined_answers

    chosen, sets = [(one.run, one.test) for one in some], list_data_sets(workspace)
    groups = seeds_among(some)
    answers = [joined_answers(one.test) if one.grouped else one.answers for one in some]
    comparison = compare([evaluated_run(*pair, answer) for pair, answer in zip(chosen, answers, strict=True)])
    where = [tested_set(run, test, sets) for run, test in chosen]
    return [
        {
            "key": one.key,
            "sure": one.sure,
            "sentence": one.sentence[language()],
            "basis": one.basis[language()],
            "runs": list(one.runs),
            "p": one.p,
            "numbers": dict(one.numbers),
        }
        for one in findings(evidence_of(workspace, comparison, chosen, answers, where, distances, groups))
    ]
