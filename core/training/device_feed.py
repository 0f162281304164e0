"""Training pictures made where the network is: picked, moved, noised, augmented and normalised on the graphics card.

The recipe means the same as on the processor (core.training.feeds.HostFeed); what is drawn for a picture differs, as the
draws are made for many pictures together. Imports torch.
"""

import logging
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from core.ahead import made_ahead
from core.data.dataset import DataSet
from core.hardware import cores
from core.networks.network import Network
from core.noise.catalogue import get_noise
from core.noise.device import DEVICE_FORMS, apply_on_device
from core.noise.mix import Drawn, Mix
from core.noise.stack import Layer, apply_stack
from core.runs.recipe import Recipe
from core.training.augmentations import all_augmentations
from core.training.batches import Images, Indices, Moves, batch_seed, pictures
from core.training.feeds import Batch, Feed, HostFeed, RecipeFeed
from core.training.objectives import View

_log = logging.getLogger(__name__)
BLOCK_PIXELS = 2**22
"""Of the pictures that are made together: small batches would keep the card waiting for the processor, which starts each
operation."""
FREE_SHARE = 0.5
"""Of the card's free memory that the data set may take; the rest is the network's."""
HOST_TIMES = 8
"""How many times smaller a block is where the processor makes noise, so that its threads have one each."""
MOST_THREADS = 8
CHUNK_BYTES = 2**26
"""That are copied to the card at once when the data set moves there."""
Draw = tuple[Mix, int]
"""A view's mix and the seed of its noise."""


def new_feed(
    network: Network, data_set: DataSet, indices: Indices, recipe: Recipe, views: Sequence[View]
) -> Feed:
    """The feed that fits the network's device. The job's log says where pictures and noise are made."""
    if network.device.type != "cuda":
        return HostFeed(network, data_set, indices, recipe, views)
    free, _ = torch.cuda.mem_get_info(network.device)
    feed = DeviceFeed(network, data_set, indices, recipe, views)
    feed = replace(feed, resident=feed.stored_bytes <= FREE_SHARE * free)
    _log.info("%s", feed.way)
    return feed


@dataclass(frozen=True)
class _Block:
    """Pictures of several batches in a row, before they are made."""

    first: int
    """Place of its first batch in the epoch."""
    sizes: list[int]
    """Of its batches."""
    drawn: list[list[Drawn]]
    """Of each view the noises that are made on the device."""
    tensors: dict[str, Tensor]
    """On the device once it was sent there: `labels` int64 N; `pictures`, int64 N places in the store or uint8 N,H,H,3;
    `flipped` bool N and `shifts` int64 N,2 as of core.training.batches.Moves, where pictures are moved. Of view v `v/host`
    and `v/host_images`: places, and uint8 n,H,H,3 pictures whose noise was made on the processor; `v/NOISE`: places of
    the pictures with that noise, and `v/NOISE/second`, as `pictures`, the others that they are mixed with."""
    sent: "torch.cuda.Event | None" = None
    """When all of them are there; None: once what was asked of the device before is done."""


@dataclass(frozen=True)
class DeviceFeed(RecipeFeed):
    """Batches made on the network's device, several together.

    Noises that have no form for a device, and noise that is drawn once for a whole training, are made on the processor as
    HostFeed makes them, ahead of the network, and copied.
    """

    resident: bool = True
    """The pictures lie on the device; else those of each block are copied there ahead of it."""

    @property
    def way(self) -> str:
        """Where pictures and noise are made, for the log."""
        place = "kept on the graphics card" if self.resident else "copied to the graphics card block by block"
        pictures = f"{len(self._stored)} pictures of {self.data_set.size} px"
        said = [f"{pictures} ({self.stored_bytes / 1e6:.0f} MB) {place}"]
        noises = self.recipe.mix.noises
        for where, host in (("there", False), ("on the processor", True)):
            made = [key for key in noises if self._on_host(key) == host]
            said += [f"noise made {where}: {', '.join(made)}"] if made else []
        return "; ".join(said)

    @property
    def stored_bytes(self) -> int:
        """Of the pictures on the device, where they lie there."""
        return len(self._stored) * 3 * self.data_set.size**2

    def epoch(self, n: int, first: int = 0) -> Generator[Batch, None, None]:
        order, moves, draws = self._order(n), self._moves(n), self._draws(n)
        together, stream = self._together, self._stream

        def make(start: int) -> _Block:
            block = self._planned(n, start, order[start : start + together], moves, draws)
            return block if stream is None else self._sent(block, stream)

        # From the beginning of a block, wherever the epoch is taken up: what is drawn is its own.
        starts = range(first - first % together, len(order), together)
        host_works = self._host_makes_noise or not self.resident
        threads = max(1, min(MOST_THREADS, cores() - 1)) if host_works else 1
        for start, block in made_ahead(make, starts, threads):
            yield from self._made(n, self._received(block))[max(0, first - start) :]

    def _on_host(self, noise: str) -> bool:
        return noise not in DEVICE_FORMS or self.recipe.drawn == "once"

    @cached_property
    def _host_makes_noise(self) -> bool:
        return any(self._on_host(noise) for noise in self.recipe.mix.noises)

    @property
    def _together(self) -> int:
        """Batches of a block: decided by the recipe and the size of pictures alone, as what is drawn depends on it."""
        side = max(self.data_set.size, self.network.side)
        pixels = (
            self.recipe.batch_size * len(self.views) * side**2 * (HOST_TIMES if self._host_makes_noise else 1)
        )
        return max(1, BLOCK_PIXELS // pixels)

    @cached_property
    def _stored(self) -> Indices:
        """Numbers of the pictures that lie on the device, ascending: those of the training split, as others of it are
        mixed into pictures."""
        return np.union1d(self.data_set.indices("train"), self.indices)

    @cached_property
    def _store(self) -> Tensor:
        """uint8 M,3,H,H on the device: the pictures `_stored`."""
        side = self.data_set.size
        store = torch.empty((len(self._stored), 3, side, side), dtype=torch.uint8, device=self.network.device)
        step = max(1, CHUNK_BYTES // (3 * side**2))
        for start in range(0, len(store), step):
            chunk = np.asarray(self.data_set.images[self._stored[start : start + step]])
            store[start : start + step] = torch.from_numpy(chunk).to(store.device).permute(0, 3, 1, 2)
        return store

    @cached_property
    def _stream(self) -> "torch.cuda.Stream | None":
        """On which blocks are copied while the network learns from those before."""
        real = self.network.device.type == "cuda" and torch.cuda.is_available()
        return torch.cuda.Stream(self.network.device) if real else None

    def _planned(
        self, epoch: int, first: int, batches: Sequence[Indices], moves: Moves | None, draws: Sequence[Draw]
    ) -> _Block:
        """What is drawn for a block, and what the processor makes of it."""
        numbers = np.concatenate(batches)
        found: dict[str, NDArray[Any]] = {
            "labels": np.array(self.data_set.labels[numbers % len(self.data_set.images)]),
            "pictures": self._pictures(numbers),
        }
        if moves is not None:
            found |= {"flipped": moves.flipped[numbers], "shifts": moves.shifts[numbers]}
        drawn: list[list[Drawn]] = []
        for view, (mix, seed) in enumerate(draws):
            chance = np.random.default_rng(self._seed(epoch, first, view))
            if self.recipe.drawn == "once":
                layers, own = self._once(mix, seed, numbers), []
            else:
                every = mix.draw_all(chance, len(numbers), self.data_set.table)
                layers = [layer for one in every if self._on_host(one.noise) for layer in one.layers]
                own = [one for one in every if not self._on_host(one.noise)]
            drawn.append(own)
            if layers:
                found[f"{view}/host"] = np.array([place for place, _ in layers])
                found[f"{view}/host_images"] = self._noisy_on_host(layers, seed, numbers, moves)
            for one in own:
                found[f"{view}/{one.noise}"] = one.places
                if get_noise(one.noise).needs_second:
                    others = self._others(numbers[one.places], chance)
                    found[f"{view}/{one.noise}/second"] = self._pictures(others)
        tensors = {name: torch.from_numpy(value) for name, value in found.items()}
        return _Block(first, [len(batch) for batch in batches], drawn, tensors)

    def _seed(self, epoch: int, first: int, view: int) -> int:
        """Of what is drawn for a view of a block."""
        return batch_seed(self.recipe.seed, epoch, first, view, self.rank)

    def _pictures(self, numbers: Indices) -> NDArray[Any]:
        """As `_Block` has them."""
        if self.resident:
            return np.searchsorted(self._stored, numbers % len(self.data_set.images))
        return pictures(self.data_set, Mix(), 0, numbers)

    def _others(self, numbers: Indices, chance: np.random.Generator) -> Indices:
        """Of each picture another one of the training split."""
        own = np.searchsorted(self._stored, numbers % len(self.data_set.images))
        others = chance.integers(max(1, len(self._stored) - 1), size=len(numbers))
        return self._stored[np.minimum(others + (others >= own), len(self._stored) - 1)]

    def _once(self, mix: Mix, seed: int, numbers: Indices) -> list[tuple[int, Layer]]:
        """What noise the pictures get whenever they come, by their places."""
        table = self.data_set.table
        each = [mix.drawn_for(seed, number, table) for number in numbers.tolist()]
        return [(place, layer) for place, layer in enumerate(each) if layer is not None]

    def _noisy_on_host(
        self, layers: Sequence[tuple[int, Layer]], seed: int, numbers: Indices, moves: Moves | None
    ) -> Images:
        data_set = self.data_set
        data_set.will_read(numbers[[place for place, _ in layers]] % len(data_set.images))
        found = []
        for place, layer in layers:
            number = int(numbers[place])
            index = number % len(data_set.images)
            image = np.asarray(data_set.images[index])
            image = image if moves is None else moves.apply(image, number)
            second = data_set.second_for(index)
            found.append(apply_stack(image, [layer], seed, number, second, data_set.fitted_basis))
        return np.stack(found)

    def _sent(self, block: _Block, stream: torch.cuda.Stream) -> _Block:
        """The same with its tensors on the card, or on their way there."""
        with torch.cuda.stream(stream):
            tensors = {
                name: value.pin_memory().to(self.network.device, non_blocking=True)
                for name, value in block.tensors.items()
            }
            sent = torch.cuda.Event()
            sent.record()
        return replace(block, tensors=tensors, sent=sent)

    def _received(self, block: _Block) -> _Block:
        """The same with tensors that what is asked of the device from now on may use."""
        if block.sent is None:
            device = self.network.device
            tensors = {name: value.to(device, non_blocking=True) for name, value in block.tensors.items()}
            return replace(block, tensors=tensors)
        now = torch.cuda.current_stream(self.network.device)
        now.wait_event(block.sent)
        for value in block.tensors.values():
            value.record_stream(now)
        return block

    @torch.no_grad()
    def _made(self, epoch: int, block: _Block) -> list[Batch]:
        """Its batches."""
        clean, targets = self._moved(block), block.tensors["labels"]
        views = []
        for number, view in enumerate(self.views):
            generator = torch.Generator(clean.device).manual_seed(self._seed(epoch, block.first, number))
            images = self._noisy(clean, block, number, generator)
            if self.recipe.augmentation and view != "clean":
                augmentation = all_augmentations()[self.recipe.augmentation]
                shares = F.one_hot(block.tensors["labels"], len(self.data_set.classes)).float()
                images, shares = augmentation.apply(images.float().div_(255), shares, generator)
                targets = shares if augmentation.mixes_classes else targets
                views.append(self.network.prepared(images))
            else:
                views.append(self.network.prepared(images.float(), 255.0))
        parts = [view.split(block.sizes) for view in views]
        return list(zip(zip(*parts, strict=True), self._soft(targets).split(block.sizes), strict=True))

    def _moved(self, block: _Block) -> Tensor:
        """uint8 N,3,H,H: its pictures, mirrored and shifted as core.training.batches.Moves has them."""
        tensors, found = block.tensors, block.tensors["pictures"]
        store, places = (self._store, found) if self.resident else (found.permute(0, 3, 1, 2), None)
        if "flipped" not in tensors:
            return store.contiguous() if places is None else store.index_select(0, places)
        if places is None:
            places = torch.arange(len(store), device=store.device)
        side = store.shape[-1]
        along = torch.arange(side, device=store.device)
        # The mirror image that comes in at a border; a shift is shorter than the side.
        down, across = ((along - shift[:, None]).abs() for shift in tensors["shifts"].unbind(1))
        down, across = ((side - 1) - ((side - 1) - place).abs() for place in (down, across))
        across = torch.where(tensors["flipped"][:, None], side - 1 - across, across)
        channels = torch.arange(3, device=store.device)[:, None, None]
        return store[places[:, None, None, None], channels, down[:, None, :, None], across[:, None, None, :]]

    def _noisy(self, clean: Tensor, block: _Block, view: int, generator: torch.Generator) -> Tensor:
        """uint8 N,3,H,H: a view of its pictures, with the noise that was drawn for them."""
        tensors = block.tensors
        if not block.drawn[view] and f"{view}/host" not in tensors:
            return clean
        images = clean.clone()
        if f"{view}/host" in tensors:
            made = tensors[f"{view}/host_images"].permute(0, 3, 1, 2)
            images.index_copy_(0, tensors[f"{view}/host"], made)
        for one in block.drawn[view]:
            places, second = tensors[f"{view}/{one.noise}"], tensors.get(f"{view}/{one.noise}/second")
            if second is not None:
                second = self._store.index_select(0, second) if self.resident else second.permute(0, 3, 1, 2)
            basis = self.data_set.fitted_basis() if "basis" in get_noise(one.noise).needs else None
            own = images.index_select(0, places)
            images.index_copy_(0, places, apply_on_device(own, one.noise, one.rows, generator, second, basis))
        return images
