"""Torch forms of noises: whole batches on any device, each picture with parameters of its own.

The only place in core.noise that imports torch. `DEVICE_FORMS` has them by the noises' keys; the same results
in law as the NumPy forms (blurs, light and other noises without chance: to a few levels), not the same draws.
Sizes of filters are read from the parameters: they cost no wait for a GPU where the parameters lie on the
CPU, as `apply_on_device` has them. Products of matrices are expected in full float32, torch's default.
"""

import importlib
import pkgutil

from core.noise.device.forms import DEVICE_FORMS, DeviceForm, apply_on_device

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")

__all__ = ["DEVICE_FORMS", "DeviceForm", "apply_on_device"]
