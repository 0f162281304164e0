from pathlib import Path

from pages.parts.ahead import BUILT, charts_file


def test_what_draws_charts_is_found_in_streamlit_and_where_it_is_built_otherwise_nothing_is_loaded(
    tmp_path: Path,
) -> None:
    assert (BUILT / charts_file(BUILT)).stat().st_size > 1_000_000
    assert charts_file(tmp_path) == ""
    for name in ("PlotlyChart.a1.js", "PlotlyChart.b2.js"):
        (tmp_path / "built").mkdir(exist_ok=True)
        (tmp_path / "built" / name).write_text("")
    assert charts_file(tmp_path / "built") == ""
