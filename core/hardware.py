"""What this computer has for training. Imports torch inside the function only."""

import os
import platform
from functools import cache
from typing import Any

import psutil
from threadpoolctl import ThreadpoolController


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def one_blas_thread() -> None:
    """NumPy's linear algebra (OpenBLAS) calculates in the thread that asks, from now on, in this process.

    The matrices of noises are small. With several threads at work on all cores, OpenBLAS's own threads wait
    for each other: `pca` on a photo took 1.5 s of CPU on two busy cores, and takes 10 ms so. It is not put
    back: the setting is the process's, and another thread may rely on it.
    """
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # for SciPy's own copy, loaded later
    for library in ThreadpoolController().select(internal_api="openblas").lib_controllers:
        library.set_num_threads(1)


def look() -> dict[str, Any]:
    """device ("cuda" or "cpu"), name, cores, memory_gb, gpu_memory_gb (None without CUDA), torch."""
    import torch

    cuda = torch.cuda.is_available()
    return {
        "device": "cuda" if cuda else "cpu",
        "name": torch.cuda.get_device_name(0) if cuda else processor(),
        "cores": cores(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30, 1),
        "gpu_memory_gb": round(torch.cuda.mem_get_info(0)[1] / 2**30, 1) if cuda else None,
        "torch": torch.__version__,
    }


def processor() -> str:
    """The processor's name as its maker writes it, where the system tells."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    except FileNotFoundError:
        pass  # not Linux
    return platform.processor() or platform.machine()
