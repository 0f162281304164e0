"""albumentations 2.0.8, the last that was kept."""

import albumentations as A
import cv2
import numpy as np
from noise_peers import case


def version():
    return f"{A.__version__} (NumPy {np.__version__}, OpenCV {cv2.__version__})"


def _register(key, same, make):
    @case("albumentations", key, same=same)
    def maker(params, second):
        transform = make(params)
        return lambda image: transform(image=image)["image"]


def _alone(value):
    return value, value


# fmt: off
_register("gaussian_noise", True, lambda p: A.GaussNoise(std_range=_alone(p["sd"]), p=1))
# It counts photons of light made linear.
_register("shot_noise", False, lambda p: A.ShotNoise(scale_range=_alone(1 / 12), p=1))
_register("salt_pepper", True, lambda p: A.SaltAndPepper(_alone(p["fraction"]), _alone(0.5), p=1))
# Its factors are even, not normal.
_register("speckle_noise", False, lambda p: A.MultiplicativeNoise((0.4, 1.6), per_channel=True, elementwise=True, p=1))
# Measured: cut off at 3 sigma, mirrored at the border, rounded; half of its values are others than the reference's.
_register("gaussian_blur", False, lambda p: A.GaussianBlur(blur_limit=0, sigma_limit=_alone(3), p=1))
_register("defocus_blur", True, lambda p: A.Defocus(radius=_alone(6), alias_blur=_alone(0.5), p=1))
# Its fast way moves all pixels at once instead of swapping them one by one.
_register("glass_blur", False, lambda p: A.GlassBlur(sigma=1, max_delta=2, iterations=3, mode="fast", p=1))
# An even line, not half a normal curve.
_register("motion_blur", False, lambda p: A.MotionBlur(blur_limit=_alone(2 * int(p["radius"]) + 1), p=1))
_register("zoom_blur", True, lambda p: A.ZoomBlur(max_factor=_alone(1.21), step_factor=_alone(0.02), p=1))
# Its snow bleaches what is bright, its fog is blurred discs.
_register("snow", False, lambda p: A.RandomSnow(p=1))
_register("fog", False, lambda p: A.RandomFog(p=1))
# Measured: its drops are brighter.
_register("spatter", False, lambda p: A.Spatter(mean=_alone(0.65), std=_alone(0.3), gauss_sigma=_alone(2), cutout_threshold=_alone(0.68), intensity=_alone(0.5), mode="rain", p=1))
# In RGB, not HSV; contrast about black.
_register("brightness", False, lambda p: A.RandomBrightnessContrast(brightness_limit=_alone(0.3), contrast_limit=_alone(0), p=1))
_register("contrast", False, lambda p: A.RandomBrightnessContrast(brightness_limit=_alone(0), contrast_limit=_alone(-0.8), p=1))
# Mixed with grey, not a factor of HSV's saturation.
_register("saturate", False, lambda p: A.ColorJitter(_alone(1), _alone(1), _alone(2), _alone(0), p=1))
# Without ImageNet-C's affine jitter.
_register("elastic_transform", False, lambda p: A.ElasticTransform(alpha=12.2, sigma=2.44, border_mode=cv2.BORDER_REFLECT_101, p=1))
# Measured: farther from clean than Pillow's box filter.
_register("pixelate", False, lambda p: A.Downscale(_alone(0.4), {"downscale": cv2.INTER_AREA, "upscale": cv2.INTER_NEAREST_EXACT}, p=1))
# Measured: takes red for blue before it compresses; 70 to 95 % of its values differ from Pillow's, whose ours are.
_register("webp_compression", False, lambda p: A.ImageCompression("webp", _alone(int(p["quality"])), p=1))
_register("gamma", True, lambda p: A.RandomGamma(_alone(100 * p["gamma"]), p=1))
_register("solarise", True, lambda p: A.Solarize(_alone(p["threshold"]), p=1))
# Its values are the lower end of a power of two of them.
_register("posterise", False, lambda p: A.Posterize(3, p=1))
_register("sepia", False, lambda p: A.ToSepia(p=1))
_register("desaturate", False, lambda p: A.ToGray(p=1))
_register("hue_shift", False, lambda p: A.HueSaturationValue(_alone(int(p["angle"]) // 2), _alone(0), _alone(0), p=1))
_register("vignette", False, lambda p: A.Illumination("gaussian", _alone(0.2), effect_type="darken", p=1))
_register("white_balance", False, lambda p: A.PlanckianJitter(p=1))
_register("chromatic_aberration", False, lambda p: A.ChromaticAberration(p=1))
_register("lens_distortion", False, lambda p: A.OpticalDistortion(_alone(p["bend"]), p=1))
_register("sun_flare", False, lambda p: A.RandomSunFlare(p=1))
_register("shadow", False, lambda p: A.RandomShadow(p=1))
_register("rain", False, lambda p: A.RandomRain(p=1))
_register("iso_noise", False, lambda p: A.ISONoise(_alone(0.03), _alone(0.3), p=1))
_register("flip", True, lambda p: {"horizontal": A.HorizontalFlip(p=1), "vertical": A.VerticalFlip(p=1)}[p["axis"]])
# Any angle between -limit and limit.
_register("rotation", False, lambda p: A.Rotate(p["angle"], border_mode=cv2.BORDER_REFLECT, p=1))
_register("translation", False, lambda p: A.Affine(translate_percent=(-p["distance"], p["distance"]), p=1))
_register("shear", False, lambda p: A.Affine(shear={"x": (-22, 22), "y": (0, 0)}, border_mode=cv2.BORDER_REFLECT, p=1))
_register("scale", False, lambda p: A.Affine(scale=_alone(p["factor"]), p=1))
_register("perspective", False, lambda p: A.Perspective(_alone(0.1), p=1))
_register("patch_shuffle", False, lambda p: A.RandomGridShuffle((int(p["tiles"]),) * 2, p=1))
# Its holes lie wholly inside.
_register("coarse_dropout", False, lambda p: A.CoarseDropout(_alone(int(p["holes"])), _alone(p["size"]), _alone(p["size"]), p=1))
_register("grid_mask", False, lambda p: A.GridDropout(0.5, p=1))
# Measured: as WebP.
_register("jpeg_compression", False, lambda p: A.ImageCompression("jpeg", _alone(int(p["quality"])), p=1))
# fmt: on
