"""How far tested noises are from what a run was trained on, its augmentation among that. Imports torch when it measures."""

from collections.abc import Collection

import numpy as np

from core.data.dataset import DataSet
from core.evaluation.distance import Distance, distances
from core.pixels import Image
from core.progress import Report
from core.runs.runs import Run, data_set_of
from core.store import Workspace


def measured_distances(
    workspace: Workspace, run: Run, noises: Collection[str], report: Report
) -> dict[str, Distance]:
    """The distance of each of the noises, in their order; what has not been measured yet is. None for a run that was brought in.

    Raises:
        DataSetDeleted, and what core.evaluation.shifts.measure_shifts raises.
    """
    if run.origin is not None:
        return {}
    from core.evaluation.shifts import measure_shifts

    data_set = data_set_of(workspace, run)
    measure_shifts(workspace, run, data_set, noises, report, with_one_draw)
    return distances(workspace, run, data_set, noises)


def with_one_draw(data_set: DataSet, images: Image, key: str, draw: int) -> Image:
    """uint8 N,H,W,3: pictures after an augmentation, as far as can be by one and the same draw.

    Each picture goes through it as a batch of its own, with the same chance. An augmentation that mixes pictures with each
    other needs a batch of them, and then each has its own draw: so does every other draw of one that does so now and then.
    """
    import torch
    from torch.nn import functional as F

    from core.training.augmentations import all_augmentations

    augmentation = all_augmentations()[key]
    planes = torch.from_numpy(np.ascontiguousarray(images)).permute(0, 3, 1, 2).float() / 255
    targets = F.one_hot(torch.zeros(len(images), dtype=torch.long), len(data_set.classes)).float()
    together = augmentation.mixes_classes or draw % 2 == 1
    parts = [slice(0, len(images))] if together else [slice(n, n + 1) for n in range(len(images))]
    # Which operation a picture gets is told by its seed's remainders, too: seeds that follow each other would go together.
    seed = int(np.random.SeedSequence([draw]).generate_state(1)[0])
    found = torch.cat(
        [
            augmentation.apply(planes[part], targets[part], torch.Generator().manual_seed(seed))[0]
            for part in parts
        ]
    )
    return (found * 255).round().clamp(0, 255).byte().permute(0, 2, 3, 1).contiguous().numpy()
