"""What a visitor takes from the noise lab: the picture, a ZIP that can be made again, the noises as text."""

from collections.abc import Sequence

import streamlit as st

from core.images import encode_png
from core.lab.bundle import bundle, png_names
from core.noise.catalogue import get_noise
from core.noise.stack_file import SECOND_FILE, StackFile, as_command, as_python
from core.pixels import Image
from pages.parts.i18n import t
from pages.parts.lab.shown import Shown


def takeaway(shown: Shown) -> None:
    """Downloads of the noisy picture, and the noises to copy."""
    with st.container(horizontal=True, key="lab_takeaway"):
        st.download_button(
            t("preview.download"),
            lambda: encode_png(shown.noisy),
            file_name="noisy.png",
            mime="image/png",
            icon=":material/download:",
            on_click="ignore",
            help=t("preview.download_help"),
        )
        zip_button(shown, [(png_names([shown.name])[0], shown.prepared)], "lab_zip")
        if shown.stack:
            _copy_as(shown)


def zip_button(shown: Shown, pictures: Sequence[tuple[str, Image]], key: str) -> None:
    """The download of pictures, clean and noisy, with the JSON of what was done.

    Args:
        pictures: as core.lab.bundle.bundle takes them.
    """
    st.download_button(
        t("tools.zip"),
        lambda: bundle(pictures, shown.stack, shown.seed, shown.table, shown.second),
        file_name="noiselens.zip",
        mime="application/zip",
        key=key,
        icon=":material/folder_zip:",
        on_click="ignore",
        help=t("tools.zip_help"),
    )


def _copy_as(shown: Shown) -> None:
    mixed = shown.second is not None and any(get_noise(layer.noise).needs_second for layer in shown.stack)
    with st.popover(t("tools.copy"), icon=":material/content_copy:"):
        st.caption(t("tools.copy_about"))
        command, script, as_json = st.tabs([t("tools.copy_command"), "Python", "JSON"])
        command.code(as_command(shown.stack, shown.seed, mixed), language="bash", wrap_lines=True)
        script.code(as_python(shown.stack, shown.seed, mixed), language="python", wrap_lines=True)
        second = SECOND_FILE if mixed else None
        as_json.code(StackFile(shown.stack, shown.seed, shown.table, second).to_json(), language="json")
        as_json.caption(t("tools.copy_json"))
