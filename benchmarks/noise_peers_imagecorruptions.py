"""imagecorruptions 1.1.2, the package of ImageNet-C's noises that is still installed most."""

from importlib.metadata import version as installed

import imagecorruptions
import numpy as np
import skimage
from imagecorruptions import corruptions
from noise_peers import case

SEVERITY = 3  # what benchmarks/noise.py measures
# Not the same in law: its elastic transform is a later one than ImageNet-C's, and its frost is photographs.
OWN_WAY = ("elastic_transform", "frost")


def version():
    return f"{installed('imagecorruptions')} (NumPy {np.__version__}, scikit-image {skimage.__version__})"


def _gaussian(*arguments, multichannel=False, **rest):
    # No scikit-image that installs on Python 3.11 knows `multichannel` any more; the blur itself is unchanged.
    return skimage.filters.gaussian(*arguments, channel_axis=-1 if multichannel else None, **rest)


corruptions.gaussian = _gaussian


def _register(name):
    @case("imagecorruptions", name, same=name not in OWN_WAY)
    def maker(params, second):
        return lambda image: imagecorruptions.corrupt(image, SEVERITY, name)


for _name in imagecorruptions.get_corruption_names("all"):
    _register(_name)
