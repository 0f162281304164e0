"""What Streamlit itself writes on its widgets, in the visitor's language: it has words for none but English.

Its texts are looked for in the page (chrome_files/) by what they say, since there is no other way in. One that a
later Streamlit words otherwise stays as Streamlit has it.

Controls that are called alike, as in each card of a list, are told apart for those who hear the page or speak to
it: within `named` they carry the name of what they belong to.
"""

from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.parts.ended_route import ended_address
from pages.parts.i18n import t

_mounted = st.components.v2.component(
    "noiselens_chrome",
    js="\n".join(
        (Path(__file__).with_name("chrome_files") / f"{name}.js").read_text(encoding="utf-8")
        for name in ("say", "name", "theme", "title")
    ),
)

WORDS = {
    "Skip to main content": "skip",
    "App pages": "pages",
    "Sidebar": "sidebar",
    "Expand sidebar": "sidebar_open",
    "Collapse sidebar": "sidebar_close",
    "Scroll tabs left": "tabs_left",
    "Scroll tabs right": "tabs_right",
    "Link to heading": "heading",
    "Help": "help",
    "Help for {what}": "help_for",
    "Close": "close",
    "Dismiss": "dismiss",
    "Notifications": "notices",
    "view more": "view_more",
    "view less": "view_less",
    "Running...": "running",
    "Stop": "stop",
    "Stopping...": "stopping",
    "Connecting": "connecting",
    "Connection error": "lost",
    "Streamlit server is not responding. Are you connected to the internet?": "lost_server",
    "Connection timed out.": "lost_slow",
    "Connection lost. Please wait for the app to reconnect, then try again.": "lost_file",
    "Press Enter to apply": "enter",
    "progress": "progress",
    "Shortcut {what}": "shortcut",
    "{what} — start": "range_start",
    "{what} — end": "range_end",
    "Increment": "more",
    "Decrement": "less",
    "Open": "open",
    "Choose an option": "choose_one",
    "Choose options": "choose_some",
    "No results": "none_found",
    "Clear value": "clear",
    "Clear all": "clear_all",
    "Select all": "select_all",
    "Select {what} matches": "select_found",
    "Selected values": "selected",
    "You can only select up to {what} options. Remove an option first.": "most",
    "You can only select up to 1 option. Remove an option first.": "most_one",
    "{what} options available.": "options",
    "1 option available.": "option",
    "{what}, selected": "option_chosen",
    "Remove {what}": "remove",
    "file upload": "file_field",
    "Upload": "choose_file",
    "Upload directories": "choose_folder",
    "Add files": "add_files",
    "Drag and drop a file here": "drop_file",
    "Drag and drop files here": "drop_files",
    "Drag and drop directories here": "drop_folder",
    "Uploading...": "uploading",
    "Click to retry upload": "upload_again",
    "File is larger than {what}": "too_large",
    "File type must be {what}": "wrong_kind",
    "Too many files": "too_many",
    "Next page": "next_page",
    "Previous page": "previous_page",
    "Pagination": "page_list",
    "Page {what}": "page_number",
    "This app would like to use your camera.": "allow_camera",
    "Learn how to allow access.": "allow_how",
    "Take Photo": "take_photo",
    "Clear photo": "clear_photo",
    "Switch camera": "switch_camera",
    "Snapshot": "snapshot",
    "Fullscreen": "large",
    "Fullscreen: {what}": "large_of",
    "Close fullscreen": "small",
    "Close fullscreen: {what}": "small_of",
    "Copy to clipboard": "copy",
    "Copied": "copied",
    "Download failed": "download_failed",
    "Download plot as a PNG": "chart_png",
    "Show/hide columns": "columns",
    "Show/hide columns: {what}": "columns_of",
    "(index)": "row_number",
    "Download as CSV": "csv",
    "Download as CSV: {what}": "csv_of",
    "Search": "search",
    "Search: {what}": "search_of",
    "Type to search": "search_here",
    "Previous Result": "search_back",
    "Next Result": "search_on",
    "Close Search": "search_close",
    "{what} results": "found",
    "1 result": "found_one",
    "Clear selection": "unselect",
    "Clear selection: {what}": "unselect_of",
    "Dataframe column menu": "column_menu",
    "Sort ascending": "ascending",
    "Sort descending": "descending",
    "Statistics": "statistics",
    "Format": "format",
    "Autosize": "autosize",
    "Pin column": "pin",
    "Unpin column": "unpin",
    "Hide column": "hide",
    "Copy column name": "copy_column",
}
"""What Streamlit writes, with the key of ours in locales/chrome.json; {what} stands for what it puts in."""


def say_chrome() -> None:
    """Put our words for Streamlit's, from here on and all over the page; and have the tab's title say when work ends."""
    words = [[theirs, t(f"chrome.{key}", what="{what}")] for theirs, key in WORDS.items()]
    ended = ended_address(str(st.get_option("server.baseUrlPath") or ""))
    _mounted(key="chrome", data={"words": words, "ended": ended})


def named(key: str, border: bool = False, **more: Any) -> DeltaGenerator:
    """A container whose first heading or bold words are added to the names of its buttons; the screen stays as it is.

    Args:
        key: of the container, unique on the page.
        more: as st.container takes them.
    """
    return st.container(border=border, key=f"named_{key}", **more)
