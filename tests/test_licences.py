"""Every package that NoiseLens runs with may be combined with code under the GPL-3.0, and is on the list."""

from docs.licences import APART, FILE, Package, listed, run_time_packages


def test_every_package_at_run_time_has_a_licence_that_goes_with_the_gpl() -> None:
    packages = run_time_packages()
    assert {"streamlit", "torch", "datasets", "urllib3"} <= {one.key for one in packages}
    assert [f"{one.name}: {one.licence or 'UNKNOWN'}" for one in packages if not one.judged] == []


def test_what_is_not_free_is_nvidias_alone() -> None:
    apart = [one.key for one in run_time_packages() if one.licence in APART]
    assert all(key.startswith(("nvidia-", "cuda-")) for key in apart)


def test_every_package_that_noiselens_asks_for_is_on_the_list() -> None:
    # What these bring in turn changes from week to week without a change of ours.
    asked = {one.key for one in run_time_packages() if "NoiseLens" in one.asked_by}
    written = listed(FILE.read_text(encoding="utf-8"))
    assert "streamlit" in asked
    assert asked - set(written) == set(), "run `python -m docs.licences`"
    assert "UNKNOWN" not in written.values()


def test_a_licence_that_nobody_decided_on_is_not_taken_for_compatible() -> None:
    for licence in ("", "AGPL-1.0", "MIT AND Proprietary", "SSPL-1.0 OR Proprietary"):
        assert Package("a", "a", "1", licence, ()).judged is None
    for licence in ("MIT", "MIT AND Apache-2.0", "SSPL-1.0 OR MIT"):
        assert Package("a", "a", "1", licence, ()).judged
