"""torchvision's v2 transforms on tensors, of the version that NoiseLens itself installs."""

import torch
import torchvision
from noise_peers import as_uint8, case
from torchvision.transforms import v2

torch.set_num_threads(1)
torch.set_grad_enabled(False)


def version():
    return f"{torchvision.__version__} (torch {torch.__version__})"


def _register(key, same, make, floats=False):
    @case("torchvision", key, same=same)
    def maker(params, second):
        transform = make(params)

        def call(image):
            tensor = torch.from_numpy(image).permute(2, 0, 1)
            if floats:
                noisy = transform(tensor.float() / 255)
                return as_uint8((noisy * 255).permute(1, 2, 0).numpy())
            return transform(tensor).permute(1, 2, 0).contiguous().numpy()

        return call


_register("gaussian_noise", True, lambda p: v2.GaussianNoise(sigma=p["sd"]), floats=True)
_register("gaussian_blur", True, lambda p: v2.GaussianBlur(25, (3, 3)))
_register("jpeg_compression", True, lambda p: v2.JPEG(int(p["quality"])))
# Factors of the picture, not HSV; contrast about the mean grey; saturation mixed with grey.
_register("brightness", False, lambda p: v2.ColorJitter(brightness=(1.3, 1.3)))
_register("contrast", False, lambda p: v2.ColorJitter(contrast=(0.2, 0.2)))
_register("saturate", False, lambda p: v2.ColorJitter(saturation=(2, 2)))
# Without ImageNet-C's affine jitter.
_register("elastic_transform", False, lambda p: v2.ElasticTransform(alpha=12.2, sigma=2.44))
_register("gamma", True, lambda p: lambda tensor: v2.functional.adjust_gamma(tensor, p["gamma"]))
_register("solarise", True, lambda p: v2.RandomSolarize(255 * p["threshold"] + 1, p=1))
# Its values are the lower end of a power of two of them.
_register("posterise", False, lambda p: v2.RandomPosterize(3, p=1))
_register("desaturate", True, lambda p: v2.ColorJitter(saturation=(1 - p["amount"],) * 2))
_register("hue_shift", False, lambda p: v2.ColorJitter(hue=(p["angle"] / 360,) * 2))
_register(
    "flip",
    True,
    lambda p: {"horizontal": v2.RandomHorizontalFlip(1), "vertical": v2.RandomVerticalFlip(1)}[p["axis"]],
)
# Drawn evenly up to the limit, not near it.
_register("rotation", False, lambda p: v2.RandomRotation(p["angle"], v2.InterpolationMode.BILINEAR))
_register(
    "translation",
    False,
    lambda p: v2.RandomAffine(0, translate=(p["distance"],) * 2, interpolation=v2.InterpolationMode.BILINEAR),
)
_register(
    "scale",
    False,
    lambda p: v2.RandomAffine(0, scale=(p["factor"],) * 2, interpolation=v2.InterpolationMode.BILINEAR),
)
_register(
    "shear", False, lambda p: v2.RandomAffine(0, shear=(-22, 22), interpolation=v2.InterpolationMode.BILINEAR)
)
_register("perspective", False, lambda p: v2.RandomPerspective(0.5, p=1))
