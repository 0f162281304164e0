"""What the command results prints for people."""

from typing import TYPE_CHECKING

from core.cli.checkpoint import checkpoint_words
from core.cli.options import language, note, print_table
from core.words import Text, fill_text, levels_text, listing, rounded

if TYPE_CHECKING:
    from core.evaluation.arms import Measured
    from core.evaluation.psychometric import Falls
    from core.evaluation.results import Results, RunResults


def print_results(found: "Results") -> None:
    """One table of cells a run, then summaries, then pairs."""
    from core.cli.evaluating import print_cells
    from core.evaluation.distance import RULE

    for one in found.runs:
        run = one.tested.run
        print(f"{run.name} ({run.id}): {checkpoint_words(run)[language()]}")
        if one.tested.validated.why:
            note(f"{run.name}: {one.tested.validated.why[language()]}")
        print_cells(one.tested.answers.cells, one.tested.test.mode, one.tested.grouped)
        if any(noise in run.choosers for noise in one.tested.answers.cells["noise"]):
            note(", ".join(run.choosers) + ": " + _CHOSE[language()])
        _print_noises(one)
        print()
    if any(one.distance for one in found.runs):
        note(RULE[language()])
    titles = ["run", "clean", "mean", "balanced", "far", "lost", "mCE", "relative mCE"]
    rows = []
    for one in found.runs:
        said, errors = one.summary, one.summary.errors
        mean = errors.mean if errors else None
        rows.append(
            [
                one.tested.run.name,
                _per_cent(said.clean),
                _per_cent(said.mean),
                _per_cent(said.balanced),
                _per_cent(said.far),
                _per_cent(said.lost),
                _ratio(mean.ce if mean else None, mean.low if mean else None, mean.high if mean else None),
                _ratio(mean.relative if mean else None),
            ]
        )
        if said.why:
            note(f"{one.tested.run.name}: {said.why[language()]}")
    print_table(titles, rows)
    _print_groups(found)
    names = {one.tested.run.id: one.tested.run.name for one in found.runs}
    print(_means_words(found)[language()])
    grouped = any(one.tested.grouped for one in found.runs)
    for two in found.pairs:
        print()
        print(f"{names[two.a]} -> {names[two.b]}")
        if two.why:
            note(two.why[language()])
            continue
        print_table(
            [
                "noise",
                "groups" if grouped else "pictures",
                "difference",
                "95 % interval",
                "p",
                "Holm",
                "repaired",
                "broken",
            ],
            [
                [
                    pair.noise,
                    pair.n,
                    f"{rounded(100 * pair.difference, 1)}%",
                    f"{rounded(100 * pair.low, 1)}% to {rounded(100 * pair.high, 1)}%",
                    f"{pair.p:.3g}",
                    "" if pair.p_holm is None else f"{pair.p_holm:.3g}",
                    pair.repaired,
                    pair.broken,
                ]
                for pair in two.pairs
            ],
        )


def _print_groups(found: "Results") -> None:
    """The mean of runs that differ in their seed alone, with the spread of seeds."""
    if not found.groups:
        return
    print()
    print_table(
        ["runs that differ in their seed", "seeds", "clean", "mean", "lost"],
        [
            [
                one.arm.label[language()],
                len(one.arm.seeds),
                *(
                    _with_sd(measured, sd)
                    for measured, sd in (
                        (one.clean, one.clean_sd),
                        (one.mean, one.mean_sd),
                        (one.lost, one.lost_sd),
                    )
                ),
            ]
            for one in found.groups
        ],
    )
    note(_SD[language()])


def _print_noises(one: "RunResults") -> None:
    """Noise by noise how far it is from training, and the severity at which accuracy falls under the limit."""
    noises = [
        noise
        for noise in dict.fromkeys(one.tested.answers.cells["noise"])
        if noise in one.distance or noise in one.falls
    ]
    if not noises:
        return
    rows = []
    for noise in noises:
        far, told = one.distance.get(noise), one.falls.get(noise)
        rows.append([noise, "–" if far is None else f"{far.kind} ({rounded(far.value, 2)})", _fall(told)])
    print()
    print_table(["noise", "distance", f"under {rounded(100 * one.limit)}% from severity"], rows)


def _fall(told: "Falls | None") -> str:
    if told is None:
        return "–"
    if told.severity is None:
        return "not by 5"
    ends = ("" if end is None else rounded(end, 1) for end in (told.low, told.high))
    low, high = ends
    return f"{rounded(told.severity, 1)} ({low or '…'} to {high or '…'})"


def _means_words(found: "Results") -> Text:
    """What the summaries are means over, and against whom."""
    comparison = found.comparison
    noises, levels = comparison.in_means, levels_text(comparison.mean_severities)
    if not noises:
        return _NO_MEANS
    said = _OVER
    base = next((one.tested.run.name for one in found.runs if one.tested.run.id == found.baseline), None)
    errors = next((one.summary.errors for one in found.runs if one.summary.errors), None)
    if errors is not None and errors.noises:
        said = Text(en=said["en"] + _AGAINST["en"], ko=said["ko"] + _AGAINST["ko"])
    return fill_text(
        said,
        n=len(noises),
        noises=listing(list(noises), 6),
        levels=levels,
        fifteen=len(errors.noises) if errors else 0,
        base=base or found.baseline or "",
    )


_NO_MEANS = Text(
    en="No mean: no noise was tested for all of them.", ko="모두 시험한 노이즈가 없어 평균이 없습니다."
)
_OVER = Text(
    en="mean, balanced and lost: over {n} noises ({noises}) at severities {levels}; far: those of them that are far from training.",
    ko="mean, balanced, lost: 강도 {levels}의 노이즈 {n}가지({noises}) 평균. far: 그 가운데 학습에서 먼 것.",
)
_AGAINST = Text(
    en=" mCE: over {fifteen} of ImageNet-C's fifteen, against {base}.",
    ko=" mCE: ImageNet-C 열다섯 가지 가운데 {fifteen}가지, 기준 {base}.",
)
_CHOSE = Text(
    en="in no mean, as validation pictures under these noises chose which epoch is kept.",
    ko="이 노이즈를 넣은 검증 사진으로 남길 에폭을 골랐으므로 평균에서 뺐습니다.",
)


_SD = Text(
    en="±: standard deviation over seeds. In brackets the 95 % interval, which tells of other pictures.",
    ko="±는 시드 사이의 표준편차이고, 괄호는 다른 사진이라면 나올 수 있는 95% 구간입니다.",
)


def _with_sd(one: "Measured | None", sd: float | None) -> str:
    if one is None or sd is None:
        return "–"
    return f"{rounded(one.mean, 1)}% ± {rounded(sd, 1)} ({rounded(one.low, 1)} to {rounded(one.high, 1)})"


def _per_cent(one: "Measured | None") -> str:
    return (
        "–" if one is None else f"{rounded(one.mean, 1)}% ({rounded(one.low, 1)} to {rounded(one.high, 1)})"
    )


def _ratio(value: float | None, low: float | None = None, high: float | None = None) -> str:
    if value is None:
        return "–"
    ends = "" if low is None or high is None else f" ({rounded(low, 2)} to {rounded(high, 2)})"
    return f"{rounded(value, 2)}{ends}"
