"""Two Fourier maps beside each other, in a sentence made from their numbers. No torch."""

import math

from core.evaluation.fourier import NAMES, FourierDifference
from core.words import Text, fill_text, rounded


def difference_sentence(found: FourierDifference, first: Text, second: Text) -> Text:
    """Under which patterns the second run errs less than the first, and under which more, as far as can be told.

    Args:
        first, second: the names of the runs, in quotation marks.
    """
    bands = {band: one for band, one in found.bands().items() if not math.isnan(one.error)}
    fewer = [band for band, one in bands.items() if one.high < 0]
    more = [band for band, one in bands.items() if one.low > 0]
    names = {"first": first, "second": second}
    if not fewer and not more:
        text = Text(
            en="No difference between {first} and {second} can be told under patterns of any size.",
            ko="무늬의 굵기와 상관없이 {first:과/와} {second}의 차이를 가릴 수 없습니다.",
        )
        return fill_text(text, **names)
    said = {"fewer": Text(en="", ko=""), "more": Text(en="", ko="")}
    for kind, some in (("fewer", fewer), ("more", more)):
        parts = [(NAMES[band], rounded(100 * abs(bands[band].error))) for band in some]
        said[kind] = Text(
            en=" and ".join(f"{points} points under {name['en']} patterns" for name, points in parts),
            ko=", ".join(f"{name['ko']} 무늬에서 {points}%포인트" for name, points in parts),
        )
    if fewer and more:
        text = Text(
            en="{second} errs less than {first} by {fewer}, and more by {more}.",
            ko="{second:은/는} {first}보다 {fewer} 덜 틀리고, {more} 더 틀립니다.",
        )
    elif fewer:
        text = Text(
            en="{second} errs less than {first} by {fewer}.",
            ko="{second:은/는} {first}보다 {fewer} 덜 틀립니다.",
        )
    else:
        text = Text(
            en="{second} errs more than {first} by {more}.",
            ko="{second:은/는} {first}보다 {more} 더 틀립니다.",
        )
    return fill_text(text, **names, **said)
