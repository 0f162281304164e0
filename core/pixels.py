"""What a picture is to NoiseLens once it is read."""

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
"""RGB, H,W,3."""
