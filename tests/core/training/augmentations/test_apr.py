"""APR: phases are kept, amplitudes come from elsewhere."""

import torch

from core.training.augmentations.apr import recombined


def test_the_result_has_the_phases_of_the_first_and_the_amplitudes_of_the_second() -> None:
    generator = torch.Generator().manual_seed(0)
    # Near grey, so that no value of the result has to be cut off.
    first, second = 0.5 + 0.02 * torch.randn((2, 4, 3, 16, 16), generator=generator)
    found = torch.fft.fftn(recombined(first, second), dim=(1, 2, 3))
    theirs = torch.fft.fftn(second, dim=(1, 2, 3))
    own = torch.fft.fftn(first, dim=(1, 2, 3))
    torch.testing.assert_close(found.abs(), theirs.abs(), atol=1e-3, rtol=1e-3)
    clear = (found.abs() > 0.1) & (own.abs() > 0.1)
    torch.testing.assert_close(torch.sgn(found)[clear], torch.sgn(own)[clear], atol=1e-2, rtol=0)


def test_a_picture_with_its_own_amplitudes_is_itself() -> None:
    images = torch.rand((3, 3, 17, 17), generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(recombined(images, images), images, atol=1e-5, rtol=0)
