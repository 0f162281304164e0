"""How an evaluation is made, beside what noises and severities it has: its split and part, what is done to pictures and
network. No torch."""

from dataclasses import dataclass, field, replace
from typing import Any, Literal

from core.noise.stack import Layer
from core.records import Record
from core.runs.values import Values
from core.words import Text, fill_text

Split = Literal["test", "validation"]
Adapt = Literal["", "bn", "bn-by-class"]
NoiseAt = Literal["stored", "shown"]
Numbers = Literal["fp32", "bf16"]
NoiseOn = Literal["processor", "card"]
ADAPT_BATCH = 100
"""Pictures of a batch that batch-norm statistics are taken of."""
ADAPT_SOURCE = 16
"""So many pictures' worth the statistics of training count beside those of a batch."""


@dataclass(frozen=True)
class Gain(Record):
    """What bfloat16 brings beside float32 for a network on a machine, and what it changes."""

    times: float = 1.0
    """So many times as fast."""
    otherwise: int = 0
    """Pictures that it reads as another class ..."""
    images: int = 0
    """... of so many, clean."""

    @property
    def worth_it(self) -> bool:
        return self.times >= WORTH

    @property
    def sentence(self) -> Text:
        said = Text(
            en="bfloat16 is {times} times as fast as float32 here, and reads {otherwise} of {images} clean pictures otherwise.",
            ko="여기서 bfloat16은 float32보다 {times}배 빠르고, 원본 사진 {images}장 가운데 {otherwise}장을 다르게 읽습니다.",
        )
        return fill_text(said, times=f"{self.times:.1f}", otherwise=self.otherwise, images=self.images)


WORTH = 1.3
"""bfloat16 must be so many times as fast to be taken where that is left open."""
SPLIT_NAMES = {
    "train": Text(en="training", ko="학습용"),
    "validation": Text(en="validation", ko="검증용"),
    "test": Text(en="test", ko="시험용"),
}


@dataclass(frozen=True)
class Mode(Record):
    """By default as trained: the whole split, in memory, at float32. The defaults are what older evaluations were."""

    split: Split = "test"
    part: int = 0
    """Pictures of a quick look, the same share of each class (core.evaluation.parts); 0: all."""
    adapt: Adapt = ""
    """"bn": the statistics of batch norm are adapted to the noisy pictures, batch by batch, in an order by chance; "bn-by-class":
    the same with pictures sorted by class, as they come where nobody has shuffled them. "": as trained."""
    batch: int = ADAPT_BATCH
    """Pictures of a batch that its statistics are taken of, where they are adapted."""
    resave: int = 0
    """Quality, 1 to 100, of the JPEG that each noisy picture is saved as before it is shown; 0: none, it stays in memory."""
    noise_at: NoiseAt = "stored"
    """"stored": noise is added to pictures of the data set's size, which are then resized for the network. "shown": they are
    resized first, and noise is added to what the network is shown."""
    precision: Numbers = "fp32"
    at: Values = field(default_factory=Values, hash=False)
    """A noise's own values in the place of severities; none: severities."""
    noise_on: NoiseOn = "processor"
    """"card": noises that have a form for a graphics card (core.noise.device) are drawn there, for a batch at once: the same in
    law, other draws. "processor": picture by picture, so that each can be made again anywhere."""

    def to_json(self) -> dict[str, Any]:
        """As a file has it; without what is not asked for and older versions did not know."""
        said = super().to_json()
        unsaid = {"at": not self.at, "noise_on": self.noise_on == "processor"}
        return {key: value for key, value in said.items() if not unsaid.get(key)}

    def layer(self, noise: str, severity: int, table: str) -> Layer:
        """What is put on a picture.

        Args:
            table: the severity table.
        """
        if noise == self.at.noise:
            return self.at.layer(severity)
        return Layer.at_severity(noise, severity, table)

    @property
    def plain(self) -> bool:
        """As trained, on the whole test split: what charts and comparisons show unless another is asked for."""
        return self == Mode()  # one that says more, as of a later version, is not

    @property
    def as_plain(self) -> bool:
        """What is predicted of a picture is what a plain test predicts: plain, or a quick look, which has fewer pictures."""
        return replace(self, part=0) == Mode()

    @property
    def by_picture(self) -> bool:
        """What is predicted of a picture depends on that picture alone, not on those beside it."""
        return not self.adapt and self.noise_on == "processor"

    @property
    def words(self) -> list[Text]:
        """In which ways it is another than a plain one, for people; empty for a plain one."""
        said = []
        if self.at:
            said.append(fill_text(_AT, values=self.at.words))
        if self.part:
            said.append(fill_text(_PART, n=self.part))
        if self.split != "test":
            said.append(fill_text(_SPLIT, split=SPLIT_NAMES[self.split]))
        if self.adapt:
            said.append(fill_text(_ADAPTED[self.adapt], batch=self.batch))
        if self.resave:
            said.append(fill_text(_RESAVED, quality=self.resave))
        if self.noise_at == "shown":
            said.append(_SHOWN)
        if self.noise_on == "card":
            said.append(_ON_CARD)
        if self.precision != "fp32":
            said.append(fill_text(_PRECISION, precision=self.precision))
        return said


SORTED = Text(
    en="Its batches hold far fewer classes than the pictures do: what batch norm was adapted to is the class, not the noise, and "
    "the result says little.",
    ko="배치마다 클래스가 한쪽으로 쏠려 있어, 배치 정규화가 노이즈가 아니라 클래스에 맞춰졌습니다. 이 결과는 믿기 어렵습니다.",
)
"""Of an evaluation with `sorted_by_class`."""
_AT = Text(
    en="{values} in the place of severities",
    ko="강도 대신 {values} 값으로 시험",
)
_PART = Text(en="quick look at {n} pictures", ko="사진 {n}장만 빠르게 본 결과")
_SPLIT = Text(en="{split} pictures", ko="{split} 사진")
_ADAPTED = {
    "bn": Text(
        en="batch norm adapted to the noisy pictures in batches of {batch}: it has seen the test pictures, without labels",
        ko="배치 정규화를 노이즈 사진에 맞춤({batch}장씩): 시험 사진을 라벨 없이 미리 보았음",
    ),
    "bn-by-class": Text(
        en="batch norm adapted to the noisy pictures in batches of {batch} sorted by class: it has seen the test pictures, "
        "without labels",
        ko="배치 정규화를 클래스별로 모은 노이즈 사진에 맞춤({batch}장씩): 시험 사진을 라벨 없이 미리 보았음",
    ),
}
_RESAVED = Text(
    en="noisy pictures saved as JPEG {quality} first",
    ko="노이즈 사진을 JPEG {quality} 품질로 저장했다가 사용",
)
_SHOWN = Text(
    en="noise added after resizing to the network's size", ko="모델 입력 크기로 바꾼 뒤에 노이즈를 더함"
)
_ON_CARD = Text(
    en="noise drawn on the graphics card: the same noises, but a noisy picture that is shown is another draw than the one tested",
    ko="그래픽 카드에서 노이즈를 더함: 노이즈는 같지만, 화면에 보이는 노이즈 사진은 시험에 쓴 것과 무작위 값이 다름",
)
_PRECISION = Text(en="calculated in {precision}", ko="{precision:으로/로} 계산")
