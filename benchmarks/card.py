"""All that wants a graphics card, in at most 8 minutes: `python -m benchmarks.card [--minutes 8]`.

The tests marked `gpu`, then training against its limit (benchmarks/training_cuda.py); prints both. What does not get done in
time is ended and said. Without a card, `--device cpu` shows on few pictures that all of it runs.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TESTS_SHARE = 0.6
"""Of the time, that tests may take; they are done in less."""
SMALL = ["--seconds", "0.5", "--rounds", "1", "--images", "40", "--sizes", "64", "--models", "small_cnn"]


def run(name: str, arguments: Sequence[str], seconds: float) -> int:
    """Run a Python module, its output shown; its exit code, or 124 where it was ended."""
    begun = time.monotonic()
    print(f"== {name}", flush=True)
    try:
        code = subprocess.run([sys.executable, "-m", *arguments], cwd=ROOT, timeout=seconds).returncode
    except subprocess.TimeoutExpired:
        code = 124
    took = time.monotonic() - begun
    print(f"== {name}: {'ended' if code == 124 else f'exit code {code}'} after {took:.0f} s", flush=True)
    return code


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=8.0)
    parser.add_argument("--device", default="cuda", choices=["cuda", "cpu"])
    options = parser.parse_args(arguments)
    end = time.monotonic() + 60 * options.minutes - 10
    tests = run(
        "tests",
        ["pytest", "-m", "gpu", "-q", "tests/core", "tests/gpu"],
        TESTS_SHARE * (end - time.monotonic()),
    )
    small = SMALL if options.device == "cpu" else []
    figures = ["benchmarks.training_cuda", "--device", options.device, *small]
    return max(run("training", figures, end - time.monotonic()), tests)


if __name__ == "__main__":
    sys.exit(main())
