"""Commands about how to train: presets."""

import argparse
from typing import Any

from core.cli.options import add_command, language, print_json


def add_commands(commands: Any) -> None:
    """presets."""
    add_command(commands, "presets", presets, "List the ready-made ways to train.")


def presets(options: argparse.Namespace) -> int:
    from core.runs.presets import PRESETS

    if options.json:
        print_json(
            [
                {
                    "key": preset.key,
                    "name": dict(preset.name),
                    "sentence": dict(preset.sentence),
                    "source": preset.source["en"],
                    "time": preset.time,
                }
                for preset in PRESETS.values()
            ]
        )
        return 0
    for preset in PRESETS.values():
        key = f"{preset.key}:{preset.choice.upper()}" if preset.choice else preset.key
        said = language()
        print(f"{key}: {preset.name[said]}. {preset.sentence[said]}")
        print(f"  time of a clean run × {preset.time:g}; {preset.source[said]}")
    return 0
