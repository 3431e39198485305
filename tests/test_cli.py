"""The command line as a user meets it: output, exit codes, one message for bad input."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from neurosparse.cli import app, status

Captured = pytest.CaptureFixture[str]


def test_help_names_every_command(capsys: Captured) -> None:
    assert status(["--help"]) == 0
    said = capsys.readouterr().out
    for command in ("demo", "run", "info", "datasets", "warmup"):
        assert command in said


def test_help_is_quick_and_loads_nothing_heavy() -> None:
    code = (
        "import sys, neurosparse.cli as c; s = c.status(['--help']); "
        "print(s, *sorted(set(sys.modules) & {'numba', 'torch', 'matplotlib', 'zarr', 'scipy'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.splitlines()[-1] == "0"


@pytest.mark.parametrize(
    ("module", "extra"), [("torch", "torch"), ("optuna", "search"), ("pynwb.file", "io")]
)
def test_an_absent_package_is_answered_with_the_command_that_adds_it(
    module: str, extra: str, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(**_: object) -> None:
        raise ModuleNotFoundError(f"No module named {module!r}", name=module)

    monkeypatch.setattr("neurosparse.cli.app", absent)
    assert status(["info"]) == 2
    package = module.partition(".")[0]
    remedy = f"run: pip install 'neurosparse[{extra}]'"
    assert capsys.readouterr().err == f"neurosparse: {package} is not installed; {remedy}\n"


def test_a_fault_of_the_program_is_not_called_a_missing_package(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: object) -> None:
        raise ModuleNotFoundError(
            "No module named 'neurosparse.nowhere'", name="neurosparse.nowhere"
        )

    monkeypatch.setattr("neurosparse.cli.app", broken)
    assert status(["info"]) == 2
    assert "pip install" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["datasets", "info", "larva_brian"], "did you mean 'larva_brain'?"),
        (["run", "nowhere.toml"], "nowhere.toml: no such file"),
        (["simulate"], "No such command"),
        (["run"], "Missing argument"),
        (["datasets", "info"], "Missing argument"),
        (["run", "a.toml", "--threads", "many"], "threads"),
    ],
)
def test_bad_input_ends_with_two_and_says_why(
    arguments: list[str], says: str, capsys: Captured
) -> None:
    assert status(arguments) == 2
    said = capsys.readouterr()
    assert says in said.err
    assert "Traceback" not in said.err


def test_the_installed_command_answers() -> None:
    command = Path(sys.executable).with_name("neurosparse")
    if not command.exists():
        pytest.skip("the package is not installed in this environment, only on the path")
    done = subprocess.run(
        [command, "datasets", "list"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0
    assert "larva_brain" in done.stdout


def test_completion_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    # else typer looks for the shell that it runs in, of which a build machine may have none
    monkeypatch.setenv("_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION", "1")
    found = CliRunner().invoke(app, ["--show-completion", "bash"], prog_name="neurosparse")
    assert found.exit_code == 0, found.output
    assert "_NEUROSPARSE_COMPLETE" in found.output
