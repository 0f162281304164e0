"""Further ways for a photo into the noise lab: from a camera, from the clipboard."""

import streamlit as st

from pages.parts.i18n import t
from pages.parts.lab.session import CAMERA, UPLOAD, Lab

# A pasted picture goes the way of a chosen file, into the file field of the uploader beside it: one way in,
# with its limits and its words about what cannot be read.
_PASTE = st.components.v2.component(
    "noiselens_paste",
    html='<button type="button"></button><span role="status"></span>',
    css="""
:host {display: block;}
button {
  font: inherit; font-size: 0.875rem; color: var(--st-text-color); background: var(--st-background-color);
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius, 0.5rem);
  padding: 0.25rem 0.75rem; min-height: 2.5rem; cursor: pointer; width: 100%;
}
button:hover {border-color: var(--st-primary-color); color: var(--st-primary-color);}
button:focus-visible {outline: 2px solid var(--st-primary-color); outline-offset: 1px;}
span {display: block; font-size: 0.8rem; color: var(--st-text-color); opacity: 0.8;}
span:not(:empty) {padding-top: 0.25rem;}
""",
    js="""
export default function ({ data, parentElement }) {
  const button = parentElement.querySelector('button');
  const status = parentElement.querySelector('span');
  button.textContent = data.label;
  const take = (file) => {
    const field = document.querySelector(data.field);
    if (!field) return;
    status.textContent = '';
    const kind = (file.type.split('/')[1] || 'png').replace('jpeg', 'jpg');
    const chosen = new DataTransfer();
    chosen.items.add(new File([file], `${data.name}.${kind}`, { type: file.type }));
    field.files = chosen.files;
    field.dispatchEvent(new Event('change', { bubbles: true }));
  };
  const onPaste = (event) => {
    const file = [...(event.clipboardData?.files ?? [])].find((one) => one.type.startsWith('image/'));
    if (!file) return;
    event.preventDefault();
    take(file);
  };
  button.onclick = async () => {
    try {
      for (const item of await navigator.clipboard.read()) {
        const type = item.types.find((one) => one.startsWith('image/'));
        if (type) { take(await item.getType(type)); return; }
      }
      status.textContent = data.empty;
    } catch (error) {
      // Not allowed, or not on this address: the keys still work.
      status.textContent = data.refused;
    }
  };
  document.addEventListener('paste', onPaste);
  return () => document.removeEventListener('paste', onPaste);
}
""",
)


def photo_sources(lab: Lab) -> None:
    """A camera that starts only when asked for, and the clipboard."""
    camera, clipboard = st.columns(2)
    opened = camera.popover(
        t("tools.camera"),
        icon=":material/photo_camera:",
        key="lab_camera_open",
        width="stretch",
    )
    opened.camera_input(
        t("tools.camera_label"), key=lab.widget_of(CAMERA), on_change=lab.take_upload, args=(CAMERA,)
    )
    opened.caption(t("tools.camera_about"))
    with clipboard:
        _PASTE(
            key="lab_paste",
            data={
                "label": t("tools.paste"),
                "empty": t("tools.paste_empty"),
                "refused": t("tools.paste_refused"),
                "name": t("tools.paste_name"),
                "field": f'.st-key-uploader_{UPLOAD} input[type="file"]',
            },
        )
