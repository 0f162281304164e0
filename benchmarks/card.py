"""All that wants a graphics card, in at most 8 minutes: `python -m benchmarks.card [--minutes 8]`.

The tests marked `gpu`, then training against its limit (benchmarks/training_cuda.py), then evaluation against its own
(benchmarks/evaluation.py); prints all. What does not get done in time is ended and said. Without a card, `--device cpu` shows on few pictures that all of it runs.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TESTS_SHARE, EVALUATION_SHARE = 0.6, 0.25
"""Of the time, that tests may take (they are done in less), and that is kept for evaluation."""
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
    kept = EVALUATION_SHARE * 60 * options.minutes
    training = run("training", figures, end - kept - time.monotonic())
    small = ["--scale", "0.02", "--only", "small_cnn"] if options.device == "cpu" else ["--scale", "0.2"]
    figures = ["benchmarks.evaluation", "--device", options.device, "--rounds", "1", *small]
    return max(run("evaluation", figures, end - time.monotonic()), training, tests)


if __name__ == "__main__":
    sys.exit(main())
