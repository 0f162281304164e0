"""kornia's augmentations on float tensors, made from uint8 and back."""

import kornia
import kornia.augmentation as K
import torch
from noise_peers import as_uint8, case

torch.set_num_threads(1)
torch.set_grad_enabled(False)


def version():
    return f"{kornia.__version__} (torch {torch.__version__})"


def _register(key, same, make):
    @case("kornia", key, same=same)
    def maker(params, second):
        transform = make(params)

        def call(image):
            batch = torch.from_numpy(image).permute(2, 0, 1)[None].float() / 255
            return as_uint8((transform(batch)[0] * 255).permute(1, 2, 0).numpy())

        return call


def _alone(value):
    return value, value


# fmt: off
_register("gaussian_noise", True, lambda p: K.RandomGaussianNoise(std=p["sd"], p=1))
_register("salt_pepper", True, lambda p: K.RandomSaltAndPepperNoise(_alone(p["fraction"]), _alone(0.5), p=1))
_register("gaussian_blur", True, lambda p: K.RandomGaussianBlur((25, 25), _alone(3.0), border_type="replicate", p=1))
# An even line, not half a normal curve.
_register("motion_blur", False, lambda p: K.RandomMotionBlur(2 * int(p["radius"]) + 1, (-45, 45), 0.0, p=1))
# An approximation that has gradients.
_register("jpeg_compression", False, lambda p: K.RandomJPEG(_alone(float(p["quality"])), p=1))
_register("brightness", False, lambda p: K.RandomBrightness((1.3, 1.3), p=1))
_register("contrast", False, lambda p: K.RandomContrast((0.2, 0.2), p=1))
_register("saturate", True, lambda p: K.RandomSaturation((2.0, 2.0), p=1))
_register("snow", False, lambda p: K.RandomSnow(p=1))
_register("elastic_transform", False, lambda p: K.RandomElasticTransform((15, 15), (2.44, 2.44), (0.05, 0.05), p=1))
_register("gamma", True, lambda p: K.RandomGamma(_alone(p["gamma"]), _alone(1.0), p=1))
_register("posterise", False, lambda p: K.RandomPosterize(_alone(3.0), p=1))
_register("hue_shift", False, lambda p: K.RandomHue(_alone(p["angle"] / 360), p=1))
_register("white_balance", False, lambda p: K.RandomPlanckianJitter(p=1))
_register("lens_distortion", False, lambda p: K.RandomFisheye(torch.tensor([-0.3, 0.3]), torch.tensor([-0.3, 0.3]), torch.tensor([0.9, 1.0]), p=1))
_register("rain", False, lambda p: K.RandomRain(p=1))
_register("flip", True, lambda p: {"horizontal": K.RandomHorizontalFlip(p=1), "vertical": K.RandomVerticalFlip(p=1)}[p["axis"]])
_register("rotation", False, lambda p: K.RandomRotation(float(p["angle"]), p=1))
_register("translation", False, lambda p: K.RandomAffine(0.0, translate=(p["distance"],) * 2, p=1))
_register("scale", False, lambda p: K.RandomAffine(0.0, scale=_alone(p["factor"]), p=1))
_register("shear", False, lambda p: K.RandomAffine(0.0, shear=(-22.0, 22.0), p=1))
_register("perspective", False, lambda p: K.RandomPerspective(0.5, p=1))
# fmt: on
