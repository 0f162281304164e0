"""The file of figures that a benchmark leaves: on which machine they were taken, and the rows."""

import json
import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"


def write_results(name: str, rows: Sequence[dict[str, Any]], packages: Sequence[str]) -> None:
    """Write results/NAME.json.

    Args:
        packages: whose versions the figures depend on, by the names that they are installed by.
    """
    machine = {
        "processor": platform.processor() or platform.machine(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 1),
        **{package: version(package) for package in packages},
    }
    text = json.dumps({"machine": machine, "rows": rows}, indent=1)
    (RESULTS / f"{name}.json").write_text(text + "\n", encoding="utf-8")
