"""How the runs of a report came to be, and how to get the same numbers. No torch."""

import json
import shlex

from core.charts.drawing import noise_label
from core.evaluation.joined import JoinedEvaluation
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
        said = word("brought", language, model=model, source=run.origin.source)
        again = word("again_brought", language, name=label, sha=run.origin.sha256 or "?")
        return Trained(label, (said,), "", (again,), versions)
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
    commands = [line for one, own in row.members for line in _commands(one, own, len(seeds) > 1)]
    return Trained(label, tuple(sentences), recipe_of(run), tuple(commands), versions, len(seeds) > 1)


def _commands(run: Run, test: JoinedEvaluation, with_seed: bool) -> list[str]:
    name = shlex.quote(run.name + " again")
    seed = f" --seed {run.recipe.seed}" if with_seed else ""
    lines = [f"python -m core train --recipe recipe.json{seed} --name {name}"]
    if test.noises:
        levels = levels_text(test.severities).replace("–", "-").replace(" ", "")
        lines.append(f"python -m core evaluate {name} --noises {','.join(test.noises)} --severities {levels}")
    return lines
