"""Rooms: every arrow points down, no circle between files, one table of kernels, a test a file."""

import re
from pathlib import Path

from tests.house import (
    FILES,
    ORDER,
    PACKAGE,
    ROOT,
    circles,
    imports,
    module_of,
    room_of,
    tree,
)

WITHOUT_OWN_TEST = ROOT / "tests" / "without_own_test.txt"


def arrows() -> dict[str, set[str]]:
    """Module -> modules of ours that it imports, late and type-only imports too."""
    return {
        module_of(path): {
            name
            for name, _ in imports(tree(path))
            if name.split(".")[0] == "neurosparse" and name != module_of(path)
        }
        for path in FILES
    }


def test_every_room_is_ranked() -> None:
    rooms = {
        path.name.removesuffix(".py") for path in PACKAGE.iterdir() if path.suffix == ".py"
    }
    rooms |= {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert rooms - {"__init__"} == set(ORDER)
    assert len(ORDER) == len(set(ORDER))


def test_contributing_lists_the_rooms_in_their_order() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = text.split("```text\n")[1].split("```")[0]
    kinds = {"ground", "values", "rules", "simulation", "training", "above"}
    assert [word for word in table.split() if word not in kinds] == list(ORDER)


def test_arrows_point_down() -> None:
    rank = {room: place for place, room in enumerate(ORDER)}
    upward = [
        f"{module} -> {target}"
        for module, targets in arrows().items()
        for target in targets
        if room_of(module)
        and room_of(target)
        and rank[room_of(target)] > rank[room_of(module)]
    ]
    assert not upward, "\n" + "\n".join(upward)


def test_files_stand_in_no_circle() -> None:
    groups = circles(arrows())
    assert not groups, "\n" + "\n".join(" <-> ".join(group) for group in groups)


def test_a_circle_is_seen() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c"]]
    assert circles({"a": {"b"}, "b": set()}) == []


def test_the_table_of_kernels_lists_every_operation() -> None:
    kernels = PACKAGE / "kernels"
    there = {
        (path.parent.parent.name, path.parent.name)
        for path in kernels.glob("*/*/__init__.py")
    }
    text = (kernels / "__init__.py").read_text(encoding="utf-8")
    table = text.split("```text\n")[1].split("```")[0]
    listed = {tuple(line.split()[:2]) for line in table.splitlines()}
    assert listed == there


def units() -> dict[str, Path]:
    """Each file with code, by the place of its test; a kernel's folder counts as one file."""
    there: dict[str, Path] = {}
    for path in FILES:
        inside = path.relative_to(PACKAGE)
        if inside.parts[0] == "kernels" and len(inside.parts) > 3:
            there["/".join(inside.parts[:3])] = path.parent
        elif path.name != "__init__.py":
            there[str(inside.with_suffix(""))] = path
    return there


def place_of_test(unit: str) -> Path:
    """Where the test of a unit stands."""
    *folders, name = unit.split("/")
    return ROOT.joinpath("tests", *folders, f"test_{name.lstrip('_')}.py")


def excused() -> dict[str, str]:
    lines = WITHOUT_OWN_TEST.read_text(encoding="utf-8").splitlines()
    pairs = [line.split(" | ") for line in lines if line and not line.startswith("#")]
    return dict(pairs)


def test_every_file_has_a_test_of_its_name_or_a_reason() -> None:
    reasons = excused()
    without = [unit for unit in units() if not place_of_test(unit).exists()]
    assert sorted(set(without) - set(reasons)) == []
    assert sorted(set(reasons) - set(without)) == [], (
        "a reason for a file that has its test"
    )
    assert all(len(reason) > 10 for reason in reasons.values())


def test_every_test_file_belongs_to_something() -> None:
    """`test_FILE.py`, or `test_FILE_more.py` where one file would be too long."""
    places = [place_of_test(unit) for unit in units()]
    stray = []
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        inside = path.relative_to(ROOT / "tests")
        if len(inside.parts) == 1 or inside.parts[0] in {
            "laws",
            "conformance",
            "docs",
            "benchmark_scripts",
        }:
            continue
        if inside.parts[0] == "kernels" and len(inside.parts) == 4:
            continue  # parts of one operation, in a folder of its name
        near = [place for place in places if place.parent == path.parent]
        if not any(path.stem == f.stem or path.stem.startswith(f"{f.stem}_") for f in near):
            stray.append(str(inside))
    assert not stray, "\n" + "\n".join(stray)


def test_a_reason_names_a_test_that_is_there() -> None:
    for file, reason in excused().items():
        for name in re.findall(r"tests/[\w/]+\.py", reason):
            assert (ROOT / name).exists(), f"{file}: {name}"
