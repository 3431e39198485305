"""Progress and Ctrl-C: silent where nobody looks, one stroke asks, the second one ends."""

import io
import os
import signal
import sys

import pytest

from neurosparse import console
from neurosparse.console import Interruptible, Progress, bar


class Terminal(io.StringIO):
    """Text that calls itself a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_function_is_called_with_done_and_total() -> None:
    calls: list[tuple[int, int]] = []
    progress = Progress(lambda done, total: calls.append((done, total)), 7)
    progress.show(3)
    progress.close()
    assert calls == [(3, 7)]


def test_nothing_is_drawn_into_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    with bar("counting") as show:
        show(1, 2)
    assert capsys.readouterr().err == ""


def test_a_terminal_shows_long_work_only(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with bar("brief") as show:
        show(1, 2)
    assert terminal.getvalue() == ""
    monkeypatch.setattr(console, "SILENT_SECONDS", -1.0)
    monkeypatch.setenv("TERM", "xterm")
    with bar("counting [sheep]") as show:
        show(1, 2)
    assert "counting" in terminal.getvalue()


def test_the_first_stroke_asks_and_the_second_one_ends() -> None:
    before = signal.getsignal(signal.SIGINT)
    with Interruptible() as interruptible:
        os.kill(os.getpid(), signal.SIGINT)
        assert interruptible.asked
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before
