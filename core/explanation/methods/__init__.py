"""The ways to an attribution map: a file each, found by itself. Torch is imported by what they do, not by them."""

from core.explanation.attribution import METHODS, CamMethod
from core.explanation.methods.grad_cam import GRAD_CAM


def all_methods() -> list[CamMethod]:
    """Every method, Grad-CAM first."""
    return sorted(METHODS.every().values(), key=lambda method: method is not GRAD_CAM)
