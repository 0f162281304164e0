import io
import zipfile
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core.brought import new_pictures
from core.data.dataset import DataSet
from core.images import encode_png
from core.store import Workspace
from pages.parts.services.kept import works
from tests.pages.brought import brought_model

Open = Callable[..., AppTest]


def _zip(data_set: DataSet) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as packed:
        for number in range(3):
            packed.writestr(f"사진/{number}.png", encode_png(data_set.images[number]))
        packed.writestr("사진/broken.png", b"no picture")
        packed.writestr("__MACOSX/._0.png", b"of another program")
        packed.writestr("notes.txt", b"no picture either")
    return memory.getvalue()


@pytest.mark.parametrize("form", ["pytorch", "onnx"])
def test_a_record_answers_pictures_of_somebodys_own_and_tells_those_that_it_cannot_read(
    open_page: Open, workspace: Workspace, tiny_data_set: DataSet, form: str
) -> None:
    run = brought_model(workspace, tiny_data_set, form=form)
    at = open_page("train", run=run.id)
    at.session_state[f"train_ask_{run.id}"] = True
    at.run()
    at.file_uploader(key=f"train_ask_files_{run.id}").upload("mine.zip", _zip(tiny_data_set)).run()
    (work,) = [one for one in works().known() if one.key[0] == "ask"]
    assert work.ended.wait(60)
    at.run()
    assert not [*at.exception, *at.error]
    table = next(one.value for one in at.dataframe if "it says" in one.value)
    assert list(table["file"]) == ["사진/0.png", "사진/1.png", "사진/2.png"]
    assert set(table["it says"]) <= set(tiny_data_set.classes)
    captions = " ".join(one.value for one in at.caption)
    assert "1 could not be read: 사진/broken.png" in captions
    assert [one.map is not None for one in work.partial.tiles] == 3 * [form == "pytorch"]
    assert ("ONNX, which gives answers alone" in captions) == (form == "onnx")
    assert [one.file for one in work.partial.answers] == list(table["file"])
    rows = new_pictures.table_of(work.partial.answers, tiny_data_set.classes).decode("utf-8-sig")
    assert rows.splitlines()[0] == f"file,class,{','.join(tiny_data_set.classes)},sure"
    assert len(rows.splitlines()) == 4
