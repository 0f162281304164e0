"""PSNR, SSIM and the spectrum of a noisy picture."""

import numpy as np
import pytest

from core.lab.fidelity import fidelity
from core.lab.spectrum import power, spectra


def test_psnr_is_the_textbook_formula_and_ssim_falls_with_noise() -> None:
    generator = np.random.default_rng(0)
    clean = generator.integers(60, 190, (40, 50, 3), dtype=np.uint8)
    plus = clean + np.uint8(5)
    found = fidelity(clean, plus)
    assert found.psnr == pytest.approx(20 * np.log10(255 / 5))
    noisy = np.clip(clean + generator.normal(0, 60, clean.shape), 0, 255).astype(np.uint8)
    worse = fidelity(clean, noisy)
    assert found.ssim is not None
    assert worse.ssim is not None
    assert worse.ssim < found.ssim <= 1


def test_equal_pictures_have_no_psnr_and_tiny_ones_no_ssim() -> None:
    flat = np.full((20, 20, 3), 80, np.uint8)
    assert fidelity(flat, flat).psnr is None
    assert fidelity(flat, flat).ssim == pytest.approx(1)
    assert fidelity(flat[:5], flat[:5] + np.uint8(1)).ssim is None


def test_a_wave_is_a_pair_of_points_at_its_frequency() -> None:
    columns = np.arange(64)
    wave = np.rint(128 + 100 * np.sin(2 * np.pi * 8 * columns / 64)).astype(np.uint8)
    image = np.repeat(np.tile(wave, (64, 1))[..., None], 3, axis=2)
    found = power(image)
    assert {int(column) for column in np.argsort(found[32])[-2:]} == {24, 40}
    assert found[32].sum() > 0.6 * found.sum()


def test_spectra_are_pictures_of_their_own_size_on_one_scale() -> None:
    generator = np.random.default_rng(0)
    strong = generator.integers(0, 256, (32, 48, 3), dtype=np.uint8)
    weak = (strong // 32 + 100).astype(np.uint8)
    found = spectra([strong, weak])
    assert [picture.shape for picture in found] == [(32, 48, 3)] * 2
    assert found[0].mean(axis=(0, 1))[1] > found[1].mean(axis=(0, 1))[1]
    assert spectra([strong[:1, :1]])[0].shape == (1, 1, 3)
