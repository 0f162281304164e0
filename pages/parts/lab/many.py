"""The noise lab's stack on many pictures at once."""

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.errors import NoiseLensError
from core.images import read_picture
from core.lab.bundle import in_name_order, png_names
from core.lab.photo import Photo
from core.noise.stack import apply_stack
from core.pixels import Image
from pages.parts.i18n import literal, t
from pages.parts.lab.session import Lab
from pages.parts.lab.shown import Shown
from pages.parts.lab.takeaway import zip_button
from pages.parts.messages import show_error
from pages.parts.numbers import answer
from pages.parts.pictures import picture
from pages.parts.services import classifiers

FILES = "lab_many"
MOST = 24
"""Pictures at once: each holds up to 1 MB of the server's memory."""
_UPLOAD_MB = 200
_COLUMNS = 4


def many_pictures(lab: Lab, shown: Shown) -> None:
    """Where many files are dropped; each under the stack with what the model says; all as a ZIP."""
    with st.container(key=f"uploader_{FILES}"):
        files = st.file_uploader(
            t("tools.many", most=MOST),
            accept_multiple_files=True,
            key=FILES,
            help=t("preview.upload_help"),
            max_upload_size=_UPLOAD_MB,
        )
    if len(files) > MOST:
        st.warning(t("tools.many_most", n=len(files), most=MOST), icon=":material/info:")
    taken = _read(lab, files[:MOST], shown.size)
    if not taken:
        return
    names = png_names([file.name for file, _ in taken])
    order = in_name_order(names)
    photos = [(names[place], taken[place][1]) for place in order]
    ready = classifiers.classifier_ready(shown.model, start=False)
    for index, (name, photo) in enumerate(photos):
        if index % _COLUMNS == 0:
            places = st.columns(_COLUMNS)
        noisy = apply_stack(photo.pixels, shown.stack, shown.seed, index, shown.second)
        words = f"**{literal(name)}**" + (f"  \n{_answers(shown, photo, noisy, index)}" if ready else "")
        with places[index % _COLUMNS]:
            picture(noisy, words, t("tools.many_alt", name=name))
    zip_button(shown, [(name, photo.pixels) for name, photo in photos], "lab_many_zip")


def _read(lab: Lab, files: list[UploadedFile], size: int | None) -> list[tuple[UploadedFile, Photo]]:
    """The files that can be read, each at the size where noise is put on it; read once each."""
    known, lab.many = lab.many, {}
    taken = []
    for file in files:
        key = (file.file_id, size)
        try:
            if key not in known:
                known[key] = Photo.reduced(read_picture(file.getvalue(), file.name).pixels, size)
        except NoiseLensError as error:
            show_error(error)
            continue
        lab.many[key] = known[key]
        taken.append((file, known[key]))
    return taken


def _answers(shown: Shown, clean: Photo, noisy: Image, index: int) -> str:
    """What the model says of the clean and of the noisy picture, with a sign where that differs."""
    first = classifiers.explained(shown.model, clean.pixels, clean.id)
    noisy_id = clean.under(shown.stack, shown.seed, shown.mixed, index)
    then = classifiers.explained(shown.model, noisy, noisy_id)
    (before, _), (after, share) = (
        (literal(name), share) for said in (first, then) for name, share in shown.named(said, 1)
    )
    if first.prediction == then.prediction:
        return f":material/check: {answer(after, share)}"
    return f"{before} → {answer(after, share)}"
