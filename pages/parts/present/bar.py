"""A number between nothing and all with the mark of what chance gives, as a bar that is understood before it is read."""

import html

from pages.parts.glossary import with_terms

STYLE = """
<style>
.likeness {width: min(100%, 44rem); margin: 0.5rem auto 0.2rem; font-size: clamp(0.95rem, 1.4vw, 1.25rem);}
.likeness .track {
    position: relative; height: 1.1rem; margin: 1.9em 0 0; border-radius: 0.55rem; background: light-dark(#E4E7EE, #2B303D);
}
.likeness .track i {
    position: absolute; inset: 0 auto 0 0; border-radius: 0.55rem; background: light-dark(#2E4AEA, #8C9EFF); min-width: 0.3rem;
}
.likeness .mark {
    position: absolute; top: -0.35rem; bottom: -0.35rem; border-left: 3px solid light-dark(#1A1F2E, #E8EAF2); margin-left: -1.5px;
}
.likeness .mark span {
    position: absolute; bottom: calc(100% + 0.1rem); left: 0; transform: translateX(calc(-1 * var(--back))); white-space: nowrap;
    line-height: 1.2;
}
.likeness .ends {display: flex; justify-content: space-between; gap: 1rem; line-height: 1.3; margin-top: 0.2rem;}
</style>
"""


def likeness(share: float, chance: float, mark: str, ends: tuple[str, str], alt: str) -> str:
    """The bar as HTML.

    Args:
        share: how much of it is filled, 0..1.
        chance: where the mark is, 0..1.
        mark: beside it; ends: below the bar's left and right end. All three as texts of locales.
        alt: what is seen, in plain words.
    """
    place, filled = (f"{100 * min(max(value, 0.0), 1.0):.1f}%" for value in (chance, share))
    return (
        f'<div class="likeness"><div class="track" role="img" aria-label="{html.escape(alt)}"><i style="width: {filled}"></i>'
        f'<b class="mark" style="left: {place}; --back: {place}"><span aria-hidden="true">{html.escape(mark)}</span></b></div>'
        f'<div class="ends"><span>{with_terms(ends[0])}</span><span>{with_terms(ends[1])}</span></div></div>'
    )
