"""What training may do to pictures besides the catalogue's noises: a file each, found by itself. Imports torch."""

from core.training.augmentation import AUGMENTATIONS, Augmentation


def all_augmentations() -> dict[str, Augmentation]:
    """Every augmentation by its key."""
    return AUGMENTATIONS.every()
