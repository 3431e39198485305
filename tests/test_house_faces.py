"""Faces: every room at the front door, one meaning a name, one word a thing, no way past a face."""

import ast
import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.house import PACKAGE, ROOT, face, faces, is_module, room_of

# rooms a person works in; the others serve them or are reached by the command line
ROOMS = (
    *("connectivity", "wiring", "neurons", "network", "stimuli", "engine", "plasticity"),
    *("recording", "sweep", "rewiring", "pruning", "lyapunov", "sdr", "encoders", "htm"),
    *(
        "memory",
        "sparse_coding",
        "models",
        "connectome",
        "datasets",
        "io",
        "analysis",
        "experiment",
        "kernels",
    ),
)
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
SCRIPTS = sorted((ROOT / "examples").glob("*.py"))
IMPORT = re.compile(
    r"^[ \t]*(?:>>> |\.\.\. )?(?:from|import) (neurosparse[\w.]*)", re.MULTILINE
)


def test_the_front_door_shows_every_room() -> None:
    import neurosparse

    assert set(ROOMS) <= set(dir(neurosparse))
    for room in ROOMS:
        assert inspect.ismodule(getattr(neurosparse, room))
    names = set(dir(neurosparse)) - set(ROOMS)
    assert 30 <= len(names) <= 50


@pytest.mark.parametrize("module", faces())
def test_every_name_of_a_face_is_there(module: str) -> None:
    room = importlib.import_module(module)
    names = face(module)
    assert set(names) <= set(dir(room))
    for name, home in names.items():
        value = getattr(room, name)
        assert is_module(home) or inspect.ismodule(value), f"{module}.{name}"
        hidden = inspect.ismodule(value) and f"{module}.{name}" not in sys.modules
        assert not hidden, f"{module}.{name} is a module where a function is meant"


@pytest.mark.parametrize("module", faces())
def test_no_name_hides_behind_a_file(module: str) -> None:
    folder = ROOT / Path(*module.split("."))
    files = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    files |= {path.parent.name for path in folder.glob("*/__init__.py")}
    rooms = {name for name, home in face(module).items() if home == f"{module}.{name}"}
    functions = {
        name for name in face(module) if name not in rooms or module != "neurosparse"
    }
    shown_modules = {
        name
        for name in rooms
        if inspect.ismodule(getattr(importlib.import_module(module), name))
    }
    assert (functions & files) - shown_modules == set()


def test_a_public_name_means_one_thing() -> None:
    meaning: dict[str, tuple[str, Any]] = {}
    two = []
    for module in set(faces()) - {"neurosparse.kernels"}:  # families, no names
        room = importlib.import_module(module)
        for name in face(module):
            value = getattr(room, name)
            first, known = meaning.setdefault(name, (module, value))
            if known is not value:
                two.append(f"{name}: {first} and {module}")
    assert not two, "\n" + "\n".join(two)
    assert len(meaning) > 400


def test_a_name_stands_on_one_room() -> None:
    homes: dict[str, str] = {}
    for module in faces():
        if module not in {"neurosparse", "neurosparse.kernels"}:
            for name in face(module):
                assert homes.setdefault(name, module) == module, name


def past_a_face(text: str) -> list[str]:
    """Imports that reach deeper than `neurosparse.ROOM`."""
    return [module for module in IMPORT.findall(text) if module.count(".") > 1]


@pytest.mark.parametrize(
    "page", [*PAGES, *SCRIPTS], ids=lambda path: str(path.relative_to(ROOT))
)
def test_pages_and_examples_import_from_faces(page: Path) -> None:
    assert past_a_face(page.read_text(encoding="utf-8")) == []


def test_a_deep_import_is_seen() -> None:
    assert past_a_face(">>> from neurosparse.models.training import x\n") != []
    assert past_a_face("from neurosparse.models import fit\n") == []


def reached_past_their_face(path: Path) -> list[str]:
    """Names imported from a file although the face of its room carries them."""
    own = room_of(
        "neurosparse." + ".".join(path.relative_to(ROOT).parts[1:2])
    ).removesuffix(".py")
    inside = PACKAGE in path.parents
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom) or node.level or not node.module:
            continue
        room = room_of(node.module)
        if node.module.count(".") < 2 or room == "kernels" or (inside and room == own):
            continue
        names = face(f"neurosparse.{room}")
        found += [
            f"{node.lineno}: {alias.name} stands on the face of {room}"
            for alias in node.names
            if names.get(alias.name) == node.module
        ]
    return found


@pytest.mark.parametrize("folder", ["neurosparse", "tests", "benchmarks", "examples"])
def test_names_of_a_face_are_taken_from_it(folder: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        for line in reached_past_their_face(path)
    ]
    assert not found, "\n" + "\n".join(found)


PROBE = """
import sys, time
start = time.perf_counter()
import neurosparse
for room in neurosparse.__all__[1:]:
    if room in {rooms}:
        getattr(neurosparse, room)
print(time.perf_counter() - start, *sorted(set(sys.modules) & {heavy}))
"""


def test_all_rooms_open_without_a_heavy_package() -> None:
    from tests.test_house import HEAVY

    # network, stimuli, sweep are files, not faces
    rooms = set(ROOMS) - {"network", "stimuli", "sweep"}
    code = PROBE.replace("{rooms}", repr(rooms)).replace("{heavy}", repr(HEAVY))
    run = [sys.executable, "-W", "error", "-c", code]
    output = subprocess.run(
        run, cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    seconds, *loaded = output.split()
    assert loaded == []
    assert float(seconds) < 1.0


# --- words ------------------------------------------------------------------------------------

ROW = re.compile(r"^\| `(\w+)` \| ([^|]*) \| ([^|]*) \| ([^|]*) \|", re.MULTILINE)


def glossary() -> dict[str, tuple[str, str, set[str]]]:
    """Word -> (type, unit, words not used for it), as CONTRIBUTING lists them."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return {
        word: (kind.strip(), unit.strip(), set(re.findall(r"`(\w+)`", instead)))
        for word, kind, unit, instead in ROW.findall(text.split("## Glossary")[1])
    }


def parameters() -> list[tuple[str, str, str]]:
    """(where, parameter, annotation) of every public class and function on a face."""
    listed = []
    for module in faces():
        for name, value in sorted(vars_of(module).items()):
            for where, function in callables(f"{module}.{name}", value):
                for word, annotation in signature_of(function):
                    listed.append((where, word, annotation))
    return listed


def vars_of(module: str) -> dict[str, Any]:
    room = importlib.import_module(module)
    return {name: getattr(room, name) for name in face(module)}


def callables(where: str, value: Any) -> list[tuple[str, Any]]:
    if inspect.isfunction(value):
        return [(where, value)]
    if not inspect.isclass(value) or not value.__module__.startswith("neurosparse"):
        return []
    methods = [
        (f"{where}.{name}", method)
        for name, method in vars(value).items()
        if inspect.isfunction(method) and (not name.startswith("_") or name == "__init__")
    ]
    return methods


def signature_of(function: Any) -> list[tuple[str, str]]:
    return [
        (name, inspect.formatannotation(parameter.annotation))
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.annotation is not inspect.Parameter.empty
    ]


def test_the_glossary_has_forty_words() -> None:
    assert len(glossary()) >= 38


def test_faces_keep_to_the_glossary() -> None:
    words = glossary()
    replaced = {old: word for word, (_, _, instead) in words.items() for old in instead}
    listed = parameters()
    assert len(listed) > 1000
    strange = [
        f"{where}({word}): the word is {replaced[word]}"
        for where, word, _ in listed
        if word in replaced
    ]
    assert not strange, "\n" + "\n".join(strange)


def test_a_word_of_the_glossary_has_one_type() -> None:
    words = glossary()
    wrong = []
    for where, word, annotation in parameters():
        kind = words[word][0] if word in words else ""
        parts = re.findall(r"`([^`]+)`", kind)
        if parts and not any(part in annotation for part in parts):
            wrong.append(f"{where}({word}: {annotation}) wants {kind}")
    assert not wrong, "\n" + "\n".join(wrong)


def test_every_word_of_the_glossary_is_used() -> None:
    used = {word for _, word, _ in parameters()}
    properties = {
        name
        for module in faces()
        for value in vars_of(module).values()
        if inspect.isclass(value)
        for name in [*dir(value), *getattr(value, "__annotations__", {})]
    }
    assert set(glossary()) - used - properties == set()
