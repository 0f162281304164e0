"""What can be taken elsewhere, and how pictures may be shown. Imports nothing: the command line asks it before it loads torch."""

from typing import Literal

Taken = Literal["safetensors", "onnx", "card"]
"""Weights with all that is needed to use them, a graph with the preprocessing in it, or a model card."""
Fit = Literal["whole", "centre"]
Channels = Literal["rgb", "bgr"]
