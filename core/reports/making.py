"""How the runs of a report came to be, and how to get the same numbers. No torch."""

import json
import shlex
from collections.abc import Sequence

from core.charts.drawing import noise_label
from core.evaluation.rows import Row
from core.reports.parts import Trained, listed
from core.reports.words import word
from core.runs.recipe import model_name
from core.runs.recipe_file import file_of
from core.runs.runs import Run, settled
from core.words import Language, levels_text, rounded


def recipe_of(run: Run) -> str:
    """The recipe of a run as a file; "" of one that was made elsewhere."""
    if run.origin is not None:
        return ""
    data_name = run.summary.data_set if run.summary else ""
    return json.dumps(file_of(settled(run), data_name), ensure_ascii=False, indent=1)


def made(row: Row, language: Language) -> Trained:
    """Of a row: what its runs were trained on, with which seeds, and the commands that make them again."""
    (run, test), label = row.first, row.label[language]
    versions = word(
        "versions",
        language,
        versions=listed([f"{key} {version}" for key, version in test.parts[0].facts.versions.items()]) or "?",
    )
    model = model_name(run.recipe.model)
    if run.origin is not None:
        kind = "brought_answers" if run.answers_alone else "brought"
        said = word(kind, language, model=model, source=run.origin.source)
        again = word("again_brought", language, name=label, sha=run.origin.sha256 or "?")
        return Trained(label, (said,), "", (again,), "" if run.answers_alone else versions)
    recipe = run.recipe
    if recipe.mix.noises:
        share = 100 * (1 - sum(one.probability for one in recipe.mix.parts))
        named = listed([noise_label(noise, language) for noise in recipe.mix.noises])
        mix = word("mix_noises", language, share=rounded(share), noises=named)
    else:
        mix = word("mix_clean", language)
    if recipe.augmentation:
        mix += ", " + word("augmented", language, how=recipe.augmentation)
    seeds = [one.recipe.seed for one, _ in row.members]
    said_seeds = word("seed_n" if len(seeds) == 1 else "seeds_n", language, seeds=listed(seeds))
    counts = [one.summary.epochs if one.summary else recipe.epochs for one, _ in row.members]
    epochs = listed(list(dict.fromkeys(counts)))
    sentences = [word("trained", language, model=model, epochs=epochs, seeds=said_seeds, mix=mix)]
    if run.summary and run.summary.chosen_by:
        sentences.append(word(f"kept_{run.summary.chosen_by}", language))
    commands = [_train(one, len(seeds) > 1) for one, _ in row.members]
    return Trained(label, tuple(sentences), recipe_of(run), tuple(commands), versions, len(seeds) > 1)


def _train(run: Run, with_seed: bool) -> str:
    seed = f" --seed {run.recipe.seed}" if with_seed else ""
    return f"python -m core train --recipe recipe.json{seed} --name {_again(run)}"


def _again(run: Run) -> str:
    return shlex.quote(run.name + " again")


def tests_again(rows: Sequence[Row]) -> tuple[str, ...]:
    """Commands that test what `made` has trained as it was tested here, those that were tested alike together."""
    alike: dict[str, list[str]] = {}
    for run, test in (member for row in rows for member in row.members):
        if run.origin is None and test.noises:
            levels = levels_text(test.severities).replace("–", "-").replace(" ", "")
            how = f"--noises {','.join(test.noises)} --severities {levels}"
            alike.setdefault(how, []).append(_again(run))
    return tuple(f"python -m core evaluate {' '.join(names)} {how}" for how, names in alike.items())
