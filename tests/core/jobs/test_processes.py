"""The processes that work is done in."""

import os
import platform

import pytest

from core.jobs.processes import start_apart

FAULTS = """
import resource
import numpy as np

def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

np.ones(1 << 20), np.ones(1 << 20)
before = faults()
for _ in range(8):
    np.ones(1 << 20), np.ones(1 << 20)
print(faults() - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library has ways of its own")
def test_a_worker_keeps_the_memory_that_a_step_frees_for_the_next_one(workspace):
    reading, writing = os.pipe()
    process = start_apart(["-c", FAULTS], workspace, writing)
    os.close(writing)
    with os.fdopen(reading) as said:
        # With every page got from the system again it would be 8,000.
        assert int(said.read()) < 2000
    assert process.wait() == 0
