"""Where the suite's time goes: `python -m tests.figures SUITE.xml` tells each file's share of what pytest's --junit-xml kept."""

import argparse
import sys
from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree


def seconds_by_file(suite: Path) -> dict[str, list[float]]:
    """Seconds of each test, set-up and clean-up included, by the module that it stands in; slowest module first."""
    found: dict[str, list[float]] = defaultdict(list)
    for case in ElementTree.parse(suite).iter("testcase"):
        found[case.get("classname") or "not collected"].append(float(case.get("time", 0)))
    return dict(sorted(found.items(), key=lambda one: -sum(one[1])))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.figures", description=__doc__)
    parser.add_argument("suite", type=Path)
    parser.add_argument("--most", type=int, default=40, help="files that are told, slowest first")
    options = parser.parse_args()
    if not options.suite.exists():
        sys.exit(f"{options.suite} is not there: the suite did not come to its end")
    files = seconds_by_file(options.suite)
    print(
        f"{sum(map(sum, files.values())):8.1f} s in {sum(map(len, files.values()))} tests, one after the other"
    )
    for name, times in list(files.items())[: options.most]:
        print(f"{sum(times):8.1f} s in {len(times):5} tests of {name}, the slowest {max(times):.1f} s")


if __name__ == "__main__":
    main()
