"""The processes that work is done in."""

import os
import platform
import sys

import pytest

from core.jobs.processes import NICENESS, VARIABLE, start_apart

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


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has classes of priority, and no numbers")
@pytest.mark.parametrize(("said", "niceness"), [("", NICENESS), ("0", 0), ("15", 15), ("a lot", NICENESS)])
def test_work_gives_way_as_far_as_it_is_asked_to(workspace, monkeypatch, said, niceness):
    monkeypatch.setenv(VARIABLE, said)
    reading, writing = os.pipe()
    asked = "import os; from core.jobs.processes import give_way; give_way(); print(os.nice(0))"
    process = start_apart(["-c", asked], workspace, writing)
    os.close(writing)
    with os.fdopen(reading) as printed:
        assert int(printed.read()) == os.nice(0) + niceness
    assert process.wait() == 0
