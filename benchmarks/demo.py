"""The demo study, from the click to the result: this version against an earlier one.

    git worktree add /tmp/before COMMIT
    python -m benchmarks.demo --before /tmp/before [--avx2] [--seeds 0,1,2]

Both sides run in turns, a seed each, in a workspace of their own: wall time, and the CPU time of the worker and of who
waits for it. `--avx2`: what calculates is told to use no later instructions than AVX2. Also the accuracy of both arms over
all cells: a quicker study must not be another one. Prints a table and writes results/demo.json.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.written import write_results

ROOT = Path(__file__).resolve().parent.parent
AVX2 = {
    "ATEN_CPU_CAPABILITY": "avx2",
    "ONEDNN_MAX_CPU_ISA": "AVX2",
    "MKL_ENABLE_INSTRUCTIONS": "AVX2",
    "OPENBLAS_CORETYPE": "Haswell",
    "OPENCV_CPU_DISABLE": "AVX512-SKX",
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",
}
SIDE = """
import json, os, resource, sys, time
import psutil
from core.evaluation.metrics import cell_table
from core.jobs.service import run_to_end
from core.runs.evaluations import list_evaluations, read_predictions
from core.store import Workspace
from core.studies.demo import Design, submit_demo
workspace = Workspace.open()
begun = time.perf_counter()
job = submit_demo(workspace, Design(**json.loads(sys.argv[1])))
job = run_to_end(workspace, job.id, lambda job: None)
wall = time.perf_counter() - begun
psutil.wait_procs(psutil.Process().children(), 30)
assert job.state == "done", job
times = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
found = {"wall": wall, "cpu": sum(used.ru_utime + used.ru_stime for used in times)}
for arm, run in zip(("clean", "noise-trained"), job.result["run_ids"], strict=True):
    (evaluation,) = list_evaluations(workspace, run)
    found[arm] = float(cell_table(read_predictions(evaluation)).accuracy.mean())
print(json.dumps(found))
"""


def side(tree: Path, design: dict[str, Any], extra: dict[str, str]) -> dict[str, float]:
    """wall and cpu, s, and the mean accuracy of each arm's cells, 0..1."""
    with tempfile.TemporaryDirectory() as home:
        # The worker gives way to nobody: else what else runs here is measured.
        environment = os.environ | extra | {"NOISELENS_HOME": home, "NOISELENS_NICENESS": "0"}
        command = [sys.executable, "-c", SIDE, json.dumps(design)]
        done = subprocess.run(command, cwd=tree, env=environment, check=True, stdout=subprocess.PIPE)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--before", type=Path, required=True, help="a checkout of the earlier version")
    parser.add_argument("--avx2", action="store_true")
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--images", type=int, help="fewer than the demo's, to try this script")
    options = parser.parse_args()
    extra = AVX2 if options.avx2 else {}
    name = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=options.before,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    ours, peer = [], []
    for seed in map(int, options.seeds.split(",")):
        design = {"seed": seed} | ({"images": options.images} if options.images else {})
        peer.append(side(options.before, design, extra))
        ours.append(side(ROOT, design, extra))
        for who, found in ((name, peer[-1]), ("now", ours[-1])):
            said = "  ".join(f"{key} {value:.3f}" for key, value in found.items())
            print(f"seed {seed}  {who:<8} {said}", flush=True)
    rows = []
    for key, unit in (("wall", "s"), ("cpu", "s"), ("clean", "accuracy"), ("noise-trained", "accuracy")):
        own, other = (statistics.median(found[key] for found in which) for which in (ours, peer))
        rows.append(
            {
                "case": f"demo study, {key}" + (", AVX2" if options.avx2 else ""),
                "ours": round(own, 3),
                "peer": round(other, 3),
                "peer_name": name,
                "unit": unit,
                "ratio": round(own / other if unit == "accuracy" else other / own, 3),
                "same_result": all(a[key] == b[key] for a, b in zip(ours, peer, strict=True))
                if unit == "accuracy"
                else None,
                "seeds": {"ours": [found[key] for found in ours], "peer": [found[key] for found in peer]},
            }
        )
        print(f"{rows[-1]['case']:<36} {own:>9.3f} {other:>9.3f} {rows[-1]['ratio']:>6}")
    write_results("demo", rows, ["torch", "numpy", "opencv-python-headless"])


if __name__ == "__main__":
    main()
