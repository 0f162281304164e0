"""The first screen of the Grad-CAM page: one picture clean and with noise, and what counted on it for one run or two."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import streamlit as st

from core.charts.drawing import noise_label
from core.charts.names import short_names
from core.explanation.captioned import Captioned, captioned
from core.explanation.evidence import against_even
from core.explanation.views import enlarged, one_scale, seen
from core.images import encode_png
from core.noise.catalogue import CLEAN
from core.pixels import Image
from core.store import named_file
from pages.parts.explain.looked import LARGE
from pages.parts.explain.map_options import MapOptions
from pages.parts.explain.subject import Said, Subject, Told, Who
from pages.parts.explain.swipe import swipe
from pages.parts.i18n import language, literal, spoken, t
from pages.parts.numbers import answer
from pages.parts.pictures import overlay_legend, picture_file, side_by_side
from pages.parts.services.kept import kept_picture

SIDE = 280
"""Least side of a picture, px."""
_NAME_LETTERS = 34
"""Of a run, above its pictures."""
# Titles and captions of the pictures are alike high, so that the pictures are in line.
_STYLE = f"""
<style>
.st-key-{LARGE} [data-testid="stHorizontalBlock"] {{gap: 0.75rem;}}
.st-key-{LARGE} [data-testid="stColumn"] > [data-testid="stVerticalBlock"] {{gap: 0.4rem;}}
@media (max-width: 640px) {{
    .st-key-{LARGE} [data-testid="stHorizontalBlock"] {{gap: 0.5rem;}}
}}
</style>
"""


def stage(subject: Subject, told: Told, options: MapOptions, view: str) -> None:
    """The pictures in one row on a wide screen, a row a run on a phone."""
    st.html(_STYLE)
    names = short_names([who.name for who, _ in told], _NAME_LETTERS)
    with st.container(key=LARGE):
        groups = st.columns(1 + len(told))
        with groups[0]:
            if len(told) > 1:
                _title("shown", f"**{t('explain.shown_to_all')}**")
            _pair(
                subject,
                options,
                "shown",
                [_bare(subject, level) for level in subject.levels],
                [partial(st.markdown, f"**{t(f'explain.{_side(level)}')}**") for level in subject.levels],
                [t("explain.shown") for _ in subject.levels],
                [_alt(subject, told[0][0].labels, level) for level in subject.levels],
            )
        drawn, scales = on_scales(told, options)
        for number, (group, (who, said), scale, name) in enumerate(
            zip(groups[1:], drawn, scales, names, strict=True)
        ):
            with group:
                if len(told) > 1:
                    _title(f"run_{number}", f"**{literal(name)}**", help=literal(who.name))
                _pair(
                    subject,
                    options,
                    f"counted_{number}",
                    [_with_map(subject, who, one, options, view, scale) for one in said],
                    [partial(_badge, who, one, subject.truth) for one in said],
                    [_caption(who, one) for one in said],
                    [
                        t(f"explain.alt_counted_{view}", name=who.labels[one.target])
                        if one.attribution is not None
                        else t("explain.no_map_kept")
                        for one in said
                    ],
                )


def on_scales(told: Told, options: MapOptions) -> tuple[Told, list[float | None]]:
    """Runs with their maps as they are drawn, and of each run the scale of its colours; None: each map has its own."""
    if options.scale == "own":
        return told, [None] * len(told)
    if options.scale == "shared":
        return told, [one_scale((one.attribution for one in said), options.style.colours) for _, said in told]
    drawn = [
        (
            who,
            [
                replace(one, attribution=None if one.attribution is None else against_even(one.attribution))
                for one in said
            ],
        )
        for who, said in told
    ]
    of_all = one_scale((one.attribution for _, said in drawn for one in said), options.style.colours)
    return drawn, [of_all] * len(told)


def _side(level: int) -> str:
    return "noisy" if level > 0 else "clean"


def _title(key: str, words: str, help: str | None = None) -> None:
    with st.container(key=f"explain_title_{key}"):
        st.markdown(words, help=help)


def _pair(
    subject: Subject,
    options: MapOptions,
    key: str,
    files: Sequence[bytes],
    titles: Sequence[Callable[[], object]],
    captions: Sequence[str],
    alts: Sequence[str],
) -> None:
    """Clean and noisy side by side, or in one place."""
    if options.swipe and len(files) == 2:
        with side_by_side(f"explain_titles_{key}"):
            for place, title in zip(st.columns(2), titles, strict=True):
                with place:
                    title()
        words = [caption.replace("**", "") for caption in captions]
        swipe(f"explain_swipe_{key}", (files[0], words[0], alts[0]), (files[1], words[1], alts[1]))
        return
    with side_by_side(f"explain_{key}"):
        places = st.columns(2)
    for place, level, file, title, caption, alt in zip(
        places, subject.levels, files, titles, captions, alts, strict=False
    ):
        with place, st.container(key=f"explain_{key}_{_side(level)}"):
            title()
            picture_file(file, caption, alt, exact=True)
    if len(files) == 1 and key == "shown":
        with places[1]:
            st.markdown(f"**{t('explain.no_noise')}**")
            st.caption(t("explain.add_noise"))


def _badge(who: Who, said: Said, truth: int | None) -> None:
    """What the run says, and whether that is right."""
    words = answer(literal(who.labels[said.prediction]), said.confidence)
    if truth is None:
        st.badge(words, color="gray")
        return
    right = said.prediction == truth
    st.badge(
        t("explain.badge_right" if right else "explain.badge_wrong", answer=words),
        icon=":material/check:" if right else ":material/close:",
        color="green" if right else "red",
    )


def _caption(who: Who, said: Said) -> str:
    if said.attribution is None:
        return t("explain.no_map_kept")
    return t(f"explain.counted_{_side(said.severity)}", name=literal(who.labels[said.target]))


def _alt(subject: Subject, labels: Sequence[str], level: int) -> str:
    if subject.truth is None:
        return t(f"explain.alt_own_{_side(level)}")
    return t(f"explain.alt_{_side(level)}", name=labels[subject.truth])


def _large(subject: Subject, level: int) -> Image:
    return enlarged(subject.pixels(level), SIDE)


def _bare(subject: Subject, level: int) -> bytes:
    return kept_picture(("shown", subject.id(level)), lambda: encode_png(_large(subject, level)))


def _drawn(subject: Subject, said: Said, options: MapOptions, view: str, scale: float | None) -> Image:
    picture = _large(subject, said.severity)
    if said.attribution is None:
        return picture
    return seen(view, picture, said.attribution, scale, options.style)


def _with_map(
    subject: Subject, who: Who, said: Said, options: MapOptions, view: str, scale: float | None
) -> bytes:
    test = who.evaluation.key if who.evaluation else ""
    key = ("counted", subject.id(said.severity), who.run.id, test, options.key, view, said.target, f"{scale}")
    return kept_picture(key, lambda: encode_png(_drawn(subject, said, options, view, scale)))


# --- below the pictures


def legend(told: Told, options: MapOptions, view: str, severity: int) -> None:
    """How the colours are read, and what may be compared by them."""
    st.caption(t(f"explain.how_{options.style.colours}" if view == "heat" else f"explain.how_{view}"))
    if view != "heat":
        return
    words = []
    if options.scale == "evidence":
        strongest = on_scales(told, options)[1][0] or 0.0
        words.append(t("explain.legend_evidence", times=f"{strongest:.1f}"))
    elif options.scale == "shared" and severity > 0:
        words.append(t("parts.legend_shared" if len(told) == 1 else "explain.legend_of_a_run"))
    if len(told) > 1 and options.scale != "evidence":
        words.append(t("explain.legend_two"))
    st.html(overlay_legend(" ".join(words), options.style.colours))


def download(subject: Subject, told: Told, options: MapOptions, view: str, about: str) -> None:
    """All pictures with their words as one file.

    Args:
        about: what the picture is, its true class with it.
    """
    number = (1 + len(told)) * len(subject.levels)
    st.download_button(
        t("explain.download"),
        spoken(lambda: _whole(subject, told, options, view, about)),
        file_name=_file_name(subject, told, options),
        mime="image/png",
        icon=":material/download:",
        key="explain_download",
        on_click="ignore",
        help=t("explain.download_help", n=number),
        width="stretch",
    )


def _whole(subject: Subject, told: Told, options: MapOptions, view: str, about: str) -> bytes:
    noise = noise_label(subject.noise, language())
    parts = [
        Captioned(
            _large(subject, level),
            [t("explain.clean") if level == 0 else t("explain.noise_level", noise=noise, severity=level)],
        )
        for level in subject.levels
    ]
    for (who, said), scale in zip(*on_scales(told, options), strict=True):
        for one in said:
            words = answer(who.labels[one.prediction], one.confidence)
            if subject.truth is not None:
                right = "right" if one.prediction == subject.truth else "wrong"
                words = t(f"explain.badge_{right}", answer=words)
            lines = [who.name, words, _caption(who, one).replace("\\", "")]
            parts.append(Captioned(_drawn(subject, one, options, view, scale), lines))
    scale_words = t(f"explain.on_{options.scale}") if view == "heat" else ""
    foot = [options.method.name, t(f"explain.view_{view}"), scale_words, about]
    headline = noise_label(CLEAN, language())
    if subject.severity > 0:
        headline = t("explain.noise_level", noise=noise, severity=subject.severity)
    runs = " · ".join(who.name for who, _ in told)
    return captioned(f"{headline} · {runs}", parts, " · ".join(filter(None, foot)))


def _file_name(subject: Subject, told: Told, options: MapOptions) -> str:
    """What is on it, so that twenty of them can be told apart."""
    who, said = told[0]
    names = [who.labels[one.prediction][:20] for one in said]
    truth = "photo" if subject.truth is None else who.labels[subject.truth][:20]
    noise = f"{subject.noise}-{subject.severity}" if subject.severity > 0 else CLEAN
    number = "own" if subject.own else str(subject.image)
    parts = [*(one.name for one, _ in told), number, f"{truth}-as-{names[-1]}", noise]
    return named_file([options.method.key, *(part[:45] for part in parts)], ".png")
