"""An image data set of Hugging Face by its repository's name: fetched by the `datasets` library, which runs no
code of a repository, and read row by row."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.data.intake.candidates import NO_LABEL, Candidate
from core.data.intake.label_table import LABELS
from core.data.intake.listing import Entry, LeftOut, shown
from core.data.intake.plan import Plan
from core.data.intake.split_names import exact_split
from core.data.splits import TEST, TRAIN, VALIDATION
from core.errors import CannotFetch, NotAChoice, NotFound, NotUnderstood
from core.names import is_label
from core.words import Text, fill_text, listing, plain

PACKAGES = ("datasets", "huggingface_hub")
"""Of requirements-hub.txt, those that are needed to read a repository, also one that lies here."""
OURS = {"train": TRAIN, "validation": VALIDATION, "test": TEST}
NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,95}(/[A-Za-z0-9_][\w.-]{0,95})?")
"""What a repository may be called: owner/name; a few old ones have no owner."""
_PAGE = re.compile(r"(https?://)?(www\.)?huggingface\.co/datasets/")


def repository_of(text: str) -> str | None:
    """The repository that somebody names, by its name or the address of one of its pages; None: neither."""
    text = text.strip()
    if page := _PAGE.match(text):
        text = "/".join(re.split(r"[?#]", text[page.end() :])[0].split("/")[:2]).rstrip("/")
    return text if NAME.fullmatch(text) else None


@dataclass(frozen=True)
class Columns:
    """What is used of a repository; None: as its features say."""

    image: str | None = None
    label: str | None = None
    subset: str | None = None
    """One of the configurations that some repositories have."""
    splits: Mapping[str, str] = field(default_factory=dict)
    """{its split: train, validation or test}; empty: by their names."""

    @classmethod
    def of(
        cls, image: str | None = "", label: str | None = "", subset: str | None = "", splits: str | None = ""
    ) -> "Columns":
        """From what somebody wrote; empty: as its features say.

        Args:
            splits: such as "training=train, exam=test".

        Raises:
            NotUnderstood, NotAChoice.
        """
        chosen: dict[str, str] = {}
        for pair in (splits or "").split(","):
            theirs, equals, ours = (piece.strip() for piece in pair.partition("="))
            if equals and theirs and ours:
                chosen[theirs] = ours
            elif pair.strip():
                what = Text(en="a choice of splits", ko="분할 지정")
                raise NotUnderstood(value=pair.strip(), what=what, form="training=train, exam=test")
        image, label, subset = ((one or "").strip() or None for one in (image, label, subset))
        made = cls(image, label, subset, chosen)
        made.check()
        return made

    def check(self) -> None:
        """
        Raises:
            NotAChoice: a split of ours that there is not.
        """
        for ours in self.splits.values():
            if ours not in OURS:
                what = Text(en="A split", ko="분할")
                raise NotAChoice(what=what, choices=listing(list(OURS)), value=ours)


@dataclass(frozen=True)
class About:
    """What the hub says of a repository."""

    megabytes: int
    """Of all its files."""
    licence: Text | None


def server() -> str:
    """The address of the hub, or of the copy of it that the environment names."""
    from huggingface_hub.constants import ENDPOINT

    return ENDPOINT


def ask_hub(name: str, patience: float) -> About:
    """Whether the repository is there and open to everybody.

    Args:
        patience: seconds that the hub may take to answer.

    Raises:
        CannotFetch, and what the hub's client raises without a connection.
    """
    from huggingface_hub import HfApi
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError

    try:
        info = HfApi(token=False).dataset_info(name, timeout=patience, files_metadata=True)
    except (GatedRepoError, RepositoryNotFoundError) as error:
        raise CannotFetch(name=name, why=_NOT_OPEN) from error
    if info.private or info.gated:
        raise CannotFetch(name=name, why=_NOT_OPEN)
    said = info.card_data.to_dict().get("license") if info.card_data else None
    total = sum(file.size or 0 for file in info.siblings or ())
    licence = plain(shown(", ".join(said) if isinstance(said, list) else str(said))) if said else None
    return About(total // 10**6, licence)


_NOT_OPEN = Text(
    en="Hugging Face has no open data set of that name; look there for how its owner and name are written, and"
    " note that one which asks for a login cannot be fetched",
    ko="Hugging Face에 그런 이름의 공개 데이터 세트가 없습니다. 소유자와 이름을 거기서 확인해 주세요."
    " 로그인이 필요한 것은 받을 수 없습니다",
)


def open_repository(source: str, columns: Columns, cache: Path) -> Any:
    """Its splits, a datasets.DatasetDict, on disk.

    Args:
        source: a repository's name, or a folder that holds one's files or what `save_to_disk` wrote.
        cache: takes what is fetched and prepared.

    Raises:
        CannotFetch, and whatever the library raises.
    """
    import datasets

    datasets.disable_progress_bars()
    folder = Path(source)
    if folder.is_absolute() and any((folder / name).exists() for name in ("dataset_dict.json", "state.json")):
        found = datasets.load_from_disk(source)
    else:
        try:
            builder = datasets.load_dataset_builder(source, columns.subset, cache_dir=str(cache), token=False)
        except ValueError as error:
            raise CannotFetch(name=source, why=_subset_or(error)) from error
        builder.download_and_prepare()
        found = builder.as_dataset()
    return found if isinstance(found, dict) else datasets.DatasetDict({"train": found})


def _subset_or(error: ValueError) -> Text:
    """The library lists a repository's configurations where one must be chosen."""
    names = re.findall(r"'([^']+)'", str(error).split("[")[-1]) if "[" in str(error) else []
    if names:
        text = Text(
            en="it has several subsets; name one of them as the subset: {names}",
            ko="하위 세트가 여럿입니다. 이 가운데 하나를 하위 세트로 적어 주세요: {names}",
        )
        return fill_text(text, names=listing(names, 20))
    return Text(
        en="its files are in no form that can be read without running its code",
        ko="저장소의 코드를 실행하지 않고는 읽을 수 없는 형식입니다",
    )


def plan_of(name: str, found: Any, columns: Columns, inside: Path) -> Plan:
    """Every labelled picture of the splits, read in their order.

    Args:
        inside: pictures that are files of their own must lie in here.

    Raises:
        CannotFetch: no column of pictures or of labels, or no split that is known.
    """
    import datasets

    splits, notes = _splits(name, list(found), columns)
    candidates: list[Candidate] = []
    left_out: LeftOut = []
    for theirs, ours in splits.items():
        rows = found[theirs]
        image, label = choose_columns(name, rows.features, columns)
        feature = rows.features[label]
        names = feature.names if isinstance(feature, datasets.ClassLabel) else None
        reader = _reader(rows.cast_column(image, datasets.Image(decode=False)), image, inside)
        for row, said in enumerate(list(rows[label])):
            word = _word(said, names)
            parts = (shown(theirs).replace("/", "-"), f"{row:07}")
            if word is None:
                left_out.append(("/".join(parts), NO_LABEL))
                continue
            candidates.append(Candidate(Entry(parts, reader, row, place=len(candidates)), word, ours))
    return Plan(candidates, left_out, in_order=True, notes=notes)


def _word(said: Any, names: list[str] | None) -> str | None:
    """The class that a label names; None where it is no usable one."""
    if names is not None:
        said = names[said] if isinstance(said, int) and 0 <= said < len(names) else None
    word = "" if said is None else str(said)
    return word if is_label(word) else None


def _splits(name: str, theirs: list[str], columns: Columns) -> tuple[dict[str, int | None], list[Text]]:
    """Which of its splits are used and as what; a lone one is left to NoiseLens to split."""
    if columns.splits:
        missing = [split for split in columns.splits if split not in theirs]
        if missing:
            text = Text(
                en="it has no split {missing}, but {there}; use these names",
                ko="{missing} 분할은 없고 {there} 분할이 있습니다. 이 이름을 써 주세요",
            )
            why = fill_text(text, missing=listing(missing), there=listing(theirs, 20))
            raise CannotFetch(name=name, why=why)
        return {split: OURS[ours] for split, ours in columns.splits.items()}, []
    if len(theirs) == 1:
        return {theirs[0]: None}, []
    chosen = {name: split for name in theirs if (split := exact_split(name)) is not None}
    if TRAIN not in chosen.values() or len(set(chosen.values())) < 2:
        text = Text(
            en="it has the splits {there}; say as its splits which of them is train and which is test:"
            " {first}=train, {second}=test",
            ko="분할이 {there}입니다. 어느 것이 train이고 어느 것이 test인지 분할 칸에 적어 주세요:"
            " {first}=train, {second}=test",
        )
        raise CannotFetch(
            name=name, why=fill_text(text, there=listing(theirs, 20), first=theirs[0], second=theirs[1])
        )
    unused = [split for split in theirs if split not in chosen]
    text = Text(en="Its splits {names} are not used.", ko="{names} 분할은 쓰지 않았습니다.")
    return dict(chosen), [fill_text(text, names=listing(unused))] if unused else []


def choose_columns(name: str, features: Any, columns: Columns) -> tuple[str, str]:
    """The columns of pictures and of labels.

    Raises:
        CannotFetch: not there, or not clear which.
    """
    import datasets

    def having(*kinds: type) -> list[str]:
        return [key for key, feature in features.items() if isinstance(feature, kinds)]

    classes = having(datasets.ClassLabel)
    simple = [
        key
        for key in having(datasets.Value)
        if features[key].dtype in ("string", "bool") or "int" in features[key].dtype
    ]
    images = having(datasets.Image)
    usual = [key for key in images if key.casefold() in _IMAGES]
    image = _one_of(name, _IMAGE, columns.image, images, usual, images)
    # Of columns that say what they are, those with the usual name come first, then those with classes of names.
    usual = [key for key in classes or simple if key.casefold() in LABELS]
    return image, _one_of(name, _LABEL, columns.label, [*classes, *simple], usual, classes or simple)


_IMAGES = ("image", "img", "picture", "photo")
_IMAGE = Text(en="image column", ko="사진 열")
_LABEL = Text(en="label column", ko="라벨 열")


def _one_of(
    name: str, what: Text, wanted: str | None, there: list[str], usual: list[str], likely: list[str]
) -> str:
    """The column that is `wanted`, else the only usual one, else the only likely one.

    Raises:
        CannotFetch: there is none, or it is not clear which.
    """
    if wanted in there:
        return str(wanted)
    if wanted is None:
        for found in (usual, likely):
            if len(found) == 1:
                return found[0]
    if not there:
        why = Text(
            en="it has no column that could be the {what}, so it is no set of labelled pictures",
            ko="{what:으로/로} 쓸 것이 없으니 라벨이 달린 사진 데이터가 아닙니다",
        )
        raise CannotFetch(name=name, why=fill_text(why, what=what))
    if wanted is None:
        why = Text(
            en="it is not clear which column is the {what}: {there}. Name one of them as the {what}",
            ko="{what:으로/로} 쓸 만한 것이 여럿입니다: {there}. 이 가운데 하나를 {what:으로/로} 적어 주세요",
        )
    else:
        why = Text(
            en='"{wanted}" cannot be the {what}: there are {there}. Name one of these as the {what}, or leave it'
            " empty",
            ko='"{wanted}"{wanted:-은/는} {what:이/가} 될 수 없습니다. 있는 열은 {there}입니다. 이 가운데 하나를'
            " {what:으로/로} 적거나 비워 두세요",
        )
    raise CannotFetch(name=name, why=fill_text(why, wanted=wanted, what=what, there=listing(there, 20)))


def _reader(rows: Any, image: str, inside: Path) -> Callable[[Entry], bytes]:
    inside = inside.resolve()

    def read(entry: Entry) -> bytes:
        said = rows[entry.key][image] or {}
        if said.get("bytes"):
            return bytes(said["bytes"])
        # A row may name any file of this computer: only those that came with the set are read.
        path = Path(said.get("path") or "/")
        if path.is_file() and path.resolve().is_relative_to(inside):
            return path.read_bytes()
        raise NotFound(name=entry.path)

    return read
