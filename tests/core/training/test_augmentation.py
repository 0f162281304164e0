"""What all augmentations keep to, and the draws that they share."""

from typing import get_args

import pytest
import torch
from torch import Tensor
from torch._subclasses.fake_tensor import FakeTensorMode
from torchvision.transforms import v2

from core.runs.estimate import AUGMENTATION_MS
from core.runs.recipe import MIXES_LABELS
from core.runs.recipe import Augmentation as RecipeAugmentation
from core.training.augmentation import AUGMENTATIONS, Augmentation, dealt, mixed_chains, mixing_weights
from core.training.augmentations import all_augmentations
from core.training.mixing_pictures import mixing_pictures

SIDE, CLASSES = 32, 3
KEYS = list(all_augmentations())


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def batch(count: int) -> tuple[Tensor, Tensor]:
    """Pictures without two pixels alike, and their classes."""
    images = torch.rand((count, 3, SIDE, SIDE), generator=seeded(count))
    return images, torch.eye(CLASSES)[torch.arange(count) % CLASSES]


def applied(key: str, images: Tensor, targets: Tensor, seed: int = 1) -> tuple[Tensor, Tensor]:
    return all_augmentations()[key].apply(images, targets, seeded(seed))


@pytest.mark.parametrize("key", KEYS)
def test_pictures_stay_pictures_and_targets_shares(key: str) -> None:
    for count in (2, 3, 12):
        images, targets = batch(count)
        kept = images.clone(), targets.clone()
        found, shares = applied(key, images, targets)
        assert (found.shape, found.dtype, shares.shape) == (images.shape, torch.float32, targets.shape)
        assert float(found.min()) >= 0
        assert float(found.max()) <= 1
        torch.testing.assert_close(shares.sum(1), torch.ones(count))
        assert float(shares.min()) >= 0
        # What was given is another view's, too.
        assert torch.equal(images, kept[0])
        assert torch.equal(targets, kept[1])


@pytest.mark.parametrize("key", KEYS)
def test_the_same_draw_gives_the_same_pictures_and_another_draw_others(key: str) -> None:
    images, targets = batch(12)
    first, again, other = (applied(key, images, targets, seed)[0] for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert not torch.equal(first, images)
    # However they lie in memory.
    last = images.contiguous(memory_format=torch.channels_last)
    torch.testing.assert_close(applied(key, last, targets)[0], first)


@pytest.mark.parametrize("key", KEYS)
def test_a_picture_has_a_say_in_its_own_and_in_its_partners_result_alone(key: str) -> None:
    images, targets = batch(12)
    altered = images.clone()
    altered[5] = 1 - altered[5]
    changed = (applied(key, images, targets)[0] != applied(key, altered, targets)[0]).flatten(1).any(1)
    partners = 1 if key in ("mixup", "cutmix", "apr") else 0
    assert int(changed.sum()) <= 1 + partners


@pytest.mark.parametrize("device", ["meta", "cuda"])
@pytest.mark.parametrize("key", KEYS)
def test_nothing_waits_for_the_device_or_is_made_on_another(key: str, device: str) -> None:
    # Tensors without values raise where one is read, and refuse those of another device, without a GPU, too.
    mixing_pictures.cache_clear()
    try:
        with FakeTensorMode(allow_non_fake_inputs=True):
            images = torch.zeros((12, 3, SIDE, SIDE), device=device)
            targets = torch.zeros((12, CLASSES), device=device)
            found, shares = applied(key, images, targets)
        assert (found.device.type, found.shape, shares.shape) == (device, images.shape, targets.shape)
    finally:
        mixing_pictures.cache_clear()


def test_each_number_is_as_likely_in_every_hand() -> None:
    image = torch.zeros(1)
    counts = torch.zeros(3, 4)
    for seed in range(1500):
        hands = dealt(4, 3, image, seeded(seed))
        assert sorted(torch.cat(hands).tolist()) == [0, 1, 2, 3]
        assert sorted(len(hand) for hand in hands) == [1, 1, 2]
        for number, hand in enumerate(hands):
            counts[number, hand] += 1
    # 500 each; six standard deviations.
    assert float((counts - 500).abs().max()) < 6 * (1500 / 3 * 2 / 3) ** 0.5


def test_chains_of_nothing_leave_a_picture_as_it_is() -> None:
    images, _ = batch(4)
    torch.testing.assert_close(mixed_chains(images, seeded(0), [lambda found, _: found]), images)


def test_chains_have_one_to_three_operations_each_a_third_of_the_time() -> None:
    worked: list[int] = []

    def counted(images: Tensor, _: torch.Generator) -> Tensor:
        worked.append(len(images))
        return images

    mixed_chains(batch(8)[0], seeded(0), [counted])
    assert worked == [24, 16, 8]


def test_a_chains_result_counts_for_its_own_picture() -> None:
    marked = (torch.arange(8.0) / 10)[:, None, None, None].expand(8, 3, 4, 4)
    torch.testing.assert_close(mixed_chains(marked, seeded(0), [lambda found, _: found] * 3), marked)


def test_the_weights_of_chains_are_even_over_all_that_sum_to_one_and_the_pictures_share_is_even() -> None:
    count = 20_000
    chains, own = mixing_weights(count, torch.zeros(1), seeded(0))
    torch.testing.assert_close(chains.sum(0) + own, torch.ones(count))
    assert [float(own.mean()), float(own.square().mean())] == pytest.approx([1 / 2, 1 / 3], abs=0.01)
    within = chains / chains.sum(0)
    assert float(within.square().mean()) == pytest.approx(1 / 6, abs=0.01)
    assert float((within[0] * within[1]).mean()) == pytest.approx(1 / 12, abs=0.01)


def test_a_recipe_can_name_each_augmentation_and_knows_which_mix_classes_and_what_they_cost() -> None:
    assert set(get_args(RecipeAugmentation)) == {"", *KEYS}
    assert set(AUGMENTATION_MS) == set(KEYS)
    images, targets = batch(12)
    mixed = {key for key in KEYS if not torch.equal(applied(key, images, targets)[1], targets)}
    assert mixed == set(MIXES_LABELS) == {key for key in KEYS if all_augmentations()[key].mixes_classes}


def test_two_augmentations_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="prime"):
        AUGMENTATIONS.add(Augmentation("prime", lambda images, targets, _: (images, targets)))


def coded(count: int) -> tuple[Tensor, Tensor]:
    """Pictures of one value each, that of their class, so that a mix tells its shares."""
    classes = torch.eye(count)
    return (torch.arange(float(count)) / count)[:, None, None, None].expand(-1, 3, SIDE, SIDE), classes


def share_of_values(targets: Tensor) -> Tensor:
    """The mean value of pictures of `coded` mixed by these shares."""
    return targets @ (torch.arange(float(targets.shape[1])) / targets.shape[1])


@pytest.mark.parametrize("key", ["mixup", "cutmix"])
def test_a_class_has_the_share_that_its_picture_has(key: str) -> None:
    images, targets = coded(64)
    found, shares = applied(key, images, targets)
    torch.testing.assert_close(found.mean((1, 2, 3)), share_of_values(shares))
    assert float((shares.amax(1) < 1).float().mean()) > 0.2


def test_mixup_blends_evenly_from_one_picture_to_the_other() -> None:
    images, targets = coded(400)
    _, shares = applied("mixup", images[:, :, :1, :1], targets)
    own = shares.diagonal()
    assert [float(own.mean()), float(own.square().mean())] == pytest.approx([1 / 2, 1 / 3], abs=0.06)


def test_rectangles_of_cutmix_are_as_large_as_torchvisions() -> None:
    images, targets = coded(400)
    _, shares = applied("cutmix", images, targets)
    pasted = 1 - shares.diagonal()
    torch.manual_seed(0)
    reference = v2.CutMix(num_classes=2)
    pair = torch.zeros(2, 3, SIDE, SIDE), torch.tensor([0, 1])
    theirs = [1 - float(reference(*pair)[1][0, 0]) for _ in range(400)]
    assert float(pasted[pasted > 0].mean()) == pytest.approx(sum(theirs) / 400, abs=0.06)
    assert float((pasted > 0).float().mean()) == pytest.approx(0.5, abs=0.1)


def test_what_random_erasing_erases_is_as_large_as_torchvisions() -> None:
    images = torch.full((400, 3, SIDE, SIDE), 2.0)
    found, _ = applied("random_erasing", images, torch.ones(400, 1))
    erased = (found < 2).all(1).float().mean((1, 2))
    torch.manual_seed(0)
    reference = v2.RandomErasing(p=1.0, scale=(0.02, 0.4), ratio=(0.3, 1 / 0.3), value=0)
    theirs = [float((reference(images[0]) == 0).float().mean()) for _ in range(400)]
    assert float((erased > 0).float().mean()) == pytest.approx(0.5, abs=0.1)
    assert float(erased[erased > 0].mean()) == pytest.approx(sum(theirs) / 400, abs=0.03)
    assert float(erased[erased > 0].min()) > 0.01
    assert float(erased.max()) < 0.42


def test_hide_and_seek_hides_half_of_the_squares_of_four_pictures_in_five() -> None:
    images, targets = batch(60)
    found, _ = applied("hide_and_seek", images, targets)
    hidden = (found != images).all(1).float().mean((1, 2))
    assert int((hidden > 0).sum()) == 48
    assert float(hidden[hidden > 0].mean()) == pytest.approx(0.5, abs=0.05)
    # With the mean colour, so that a picture's mean says nothing of what was hidden.
    where = (found[0] != images[0]).all(0)
    assert torch.allclose(found[0][:, where], images[0].mean((1, 2))[:, None]) or not where.any()
