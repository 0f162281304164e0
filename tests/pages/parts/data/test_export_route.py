"""The address from which a data set leaves: the whole ZIP, piece by piece, for this dashboard's own pages only."""

import asyncio
import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette

from core.data import exports
from core.data.dataset import DataSet, rename_data_set
from core.data.exports import export_file
from core.progress import silent
from core.store import Workspace
from pages.parts.data.export_route import export_address, export_route


async def ask(
    app: Starlette, address: str, headers: dict[str, str]
) -> tuple[int, dict[str, str], list[bytes]]:
    """Status, headers and pieces of the answer, as a server would ask for it."""
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "path": address,
        "raw_path": address.encode(),
        "root_path": "",
        "scheme": "http",
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }
    sent: list[Any] = []
    gone = asyncio.Event()

    async def receive() -> dict[str, Any]:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    start = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], start, [message["body"] for message in sent[1:] if message["body"]]


def answer(
    workspace: Workspace, address: str, base: str = "", **headers: str
) -> tuple[int, dict[str, str], list[bytes]]:
    app = Starlette(routes=[export_route(lambda: Workspace.open(workspace.root), base)])
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, ask(app, address, named)).result()


@pytest.mark.parametrize("base", ["", "noise/lens"])
def test_the_same_zip_as_the_command_line_writes_leaves_in_pieces(
    workspace: Workspace, tiny_data_set: DataSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, base: str
) -> None:
    monkeypatch.setattr(exports, "_PIECE", 4000)
    data_set = rename_data_set(workspace, tiny_data_set, "작은 세트")
    status, headers, pieces = answer(workspace, export_address(data_set.id, base), base)
    assert status == 200
    assert headers["content-disposition"].endswith("%EC%9E%91%EC%9D%80%20%EC%84%B8%ED%8A%B8.zip")
    export_file(data_set, tmp_path / "file.zip", silent)
    assert b"".join(pieces) == (tmp_path / "file.zip").read_bytes()
    picture = max(one.compress_size for one in zipfile.ZipFile(tmp_path / "file.zip").infolist())
    index = 200 * len(data_set.names)  # the list of members comes at the end, in one piece with the CSV
    assert max(map(len, pieces)) < 4000 + picture + index
    assert len(pieces) > 10
    assert zipfile.ZipFile(io.BytesIO(b"".join(pieces))).testzip() is None


def test_other_sites_start_no_export(workspace: Workspace, tiny_data_set: DataSet) -> None:
    address = export_address(tiny_data_set.id)
    assert answer(workspace, address, Sec_Fetch_Site="cross-site")[0] == 403
    assert answer(workspace, address, Sec_Fetch_Site="same-origin")[0] == 200


def test_a_data_set_that_is_gone_is_said(workspace: Workspace, tiny_data_set: DataSet) -> None:
    status, _, pieces = answer(workspace, export_address("gone"))
    assert status == 404
    assert b"gone" in b"".join(pieces)
