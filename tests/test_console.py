"""Progress, Ctrl-C and SIGTERM: silent where nobody looks, one stroke asks, the second one ends."""

import io
import os
import signal
import sys

import pytest

from neurosparse import console
from neurosparse.console import Interruptible, Progress, Terminated, Terminating, bar


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


def test_sigterm_asks_too_and_ends_with_its_own_code() -> None:
    before = signal.getsignal(signal.SIGTERM)
    assert before is signal.SIG_DFL

    def work() -> None:
        with Interruptible() as interruptible:
            os.kill(os.getpid(), signal.SIGTERM)
            assert interruptible.asked
            raise interruptible.reason("stopped")

    with pytest.raises(KeyboardInterrupt, match="stopped") as caught:
        work()
    assert isinstance(caught.value, Terminated)
    assert caught.value.code == 143
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_warning_of_the_scheduler_asks_to_come_again() -> None:
    with Terminating(), Interruptible() as interruptible:
        os.kill(os.getpid(), signal.SIGUSR1)
        assert interruptible.asked
        reason = interruptible.reason("stopped")
        interruptible.number = 0
    assert getattr(reason, "code", 0) == 75
    assert signal.getsignal(signal.SIGUSR1) is signal.SIG_DFL


def test_where_nothing_asks_the_first_signal_ends_and_later_ones_do_nothing() -> None:
    with Terminating():
        with pytest.raises(Terminated) as caught:
            os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGUSR1)
    assert caught.value.code == 75
    with Terminating() as outer:
        with pytest.raises(Terminated), Interruptible():
            os.kill(os.getpid(), signal.SIGUSR1)
        assert outer.heard
        os.kill(os.getpid(), signal.SIGTERM)  # what is saved now is not disturbed
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_sigterm_at_the_very_end_is_not_lost() -> None:
    with pytest.raises(Terminated), Interruptible():
        os.kill(os.getpid(), signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_a_handler_of_the_program_is_left_alone() -> None:
    calls: list[int] = []

    def handler(number: int, frame: object) -> None:
        calls.append(number)

    before = signal.signal(signal.SIGTERM, handler)
    try:
        with Interruptible() as interruptible:
            os.kill(os.getpid(), signal.SIGTERM)
            assert not interruptible.asked
        assert signal.getsignal(signal.SIGTERM) is handler
    finally:
        signal.signal(signal.SIGTERM, before)
    assert calls == [signal.SIGTERM]


def test_ctrl_c_after_sigterm_ends_at_once() -> None:
    def work() -> None:
        with Interruptible():
            os.kill(os.getpid(), signal.SIGTERM)
            with pytest.raises(KeyboardInterrupt):
                os.kill(os.getpid(), signal.SIGINT)
            # a second one is in no hurry
            os.kill(os.getpid(), signal.SIGTERM)

    with pytest.raises(Terminated):
        work()
