"""The same pixels on a machine whose processor has fewer instructions, up to what the noise declares."""

import os
import platform
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.noise.catalogue import all_noises
from core.noise.stack import Layer, apply_stack
from core.resizing import square
from core.samples import sample_picture

ROOT = Path(__file__).parents[4]
# Read once by each library when it is imported: what a processor of 2008 has.
OLD_PROCESSOR = {
    "OPENCV_CPU_DISABLE": "AVX,FP16,FMA3,AVX2,AVX512-SKX",
    "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR",
    "OPENBLAS_CORETYPE": "Nehalem",
}


def noisy_pictures() -> dict[str, np.ndarray]:
    """Each noise's picture by name, of a photo at severity 2 and of a larger one at severity 4."""
    return {
        f"{entry.key} {photo} {severity}": apply_stack(
            square(sample_picture(photo), side), [Layer.at_severity(entry.key, severity)], seed=3, index=5
        )
        for photo, side, severity in (("coffee", 64, 2), ("chelsea", 120, 4))
        for entry in all_noises()
    }


@pytest.mark.skipif(
    platform.machine() not in ("x86_64", "AMD64"), reason="the switches are those of x86 processors"
)
def test_an_old_processor_gives_the_same_pixels_up_to_the_bound_that_each_noise_declares(tmp_path):
    there = tmp_path / "old.npz"
    program = (
        "import sys, numpy, cv2; cv2.setNumThreads(1); from tests.core.noise.families.test_machines import noisy_pictures; "
        "numpy.savez(sys.argv[1], **noisy_pictures())"
    )
    subprocess.run(
        [sys.executable, "-c", program, there],
        cwd=ROOT,
        env=os.environ | OLD_PROCESSOR,
        check=True,
        timeout=300,
    )
    bounds = {entry.key: entry.differs for entry in all_noises()}
    beyond = {}
    with np.load(there) as old:
        for name, here in noisy_pictures().items():
            apart = int(np.abs(here.astype(int) - old[name]).max())
            if apart > bounds[name.split()[0]]:
                beyond[name] = apart
    assert not beyond
