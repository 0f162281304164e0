"""What the process takes of the machine."""

import subprocess
import sys

from core.store import ROOT

CODE = """
import scipy.linalg
from threadpoolctl import threadpool_info
from core.hardware import one_blas_thread
one_blas_thread()
print({one["num_threads"] for one in threadpool_info() if one["internal_api"] == "openblas"})
"""


def test_numpys_linear_algebra_keeps_to_one_thread_once_told() -> None:
    said = subprocess.run([sys.executable, "-c", CODE], cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout.strip() in ("{1}", "set()")
