"""Ranks that meet: what each is about to do stands in its message, so nobody waits for ever.

A message begins with a head: what it is, of how many words, what it is about. Ranks that do
different things all learn of it in that meeting, and an error of one becomes an error of all.
"""

import builtins
import contextlib
from collections.abc import Callable, Iterator
from zlib import crc32

import numpy as np

from neurosparse.distributed.links import Link, RanksError
from neurosparse.kernels.spikes.exchange import ABOUT, HEAD, KIND
from neurosparse.typing import Int64, UInt32

# further words of a head
NUMBER = 4  # and 5: a number of 64 bits
LENGTH = 6  # of a text, in bytes
# kinds
WINDOW = 1
CALL = 2
FAILED = 3
SMALLEST = 256  # words of a message


Heard = tuple[UInt32, int]
Look = Callable[[UInt32, int, int], tuple[int, int]]


class Meeting:
    """The message that this rank writes, and what all wrote."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.message: UInt32 = np.zeros(SMALLEST, np.uint32)
        self.stopping = False  # all ranks were asked to
        self._depth = 0

    def reserve(self, words: int) -> None:
        """Make room for counts, on all ranks alike."""
        if len(self.message) < words:
            self.message = np.zeros(2 * words, np.uint32)

    def window(self, step: int, used: int, flags: int, look: Look) -> Heard | None:
        """Swap messages that hold spikes up to a step, and say which flags any of them has; None
        where one was too long: all have room for it from here on, and write theirs again.

        What is said of a window is the step itself; `look` reads the heads of all.
        """
        self._head(WINDOW, step, used, flags)
        messages = self.link.swap(self.message)
        most, every = look(messages, WINDOW, step)
        if most < 0:
            self._judge(messages, f"running at step {step}")
        if most <= len(self.message):
            return messages, every
        self.message = np.zeros(most + most // 2, np.uint32)
        return None

    def call(self, what: str, number: int = 0, flags: int = 0) -> UInt32:
        """Meet to do something; all messages, `[size, words]`.

        Raises:
            RanksError: some rank does something else.
        """
        self._head(CALL, crc32(what.encode()), HEAD, flags)
        self.message[NUMBER : NUMBER + 2] = np.array([number], np.int64).view(np.uint32)
        return self._swap(what)

    def numbers(self, what: str, number: int) -> Int64:
        """The number of each rank, `[size]`."""
        messages = self.call(what, number)
        return np.ascontiguousarray(messages[:, NUMBER : NUMBER + 2]).view(np.int64)[:, 0]

    def texts(self, what: str, text: str) -> list[str]:
        """A text of each rank, as much of it as fits."""
        self._head(CALL, crc32(what.encode()), HEAD, 0)
        self._text(text)
        return _texts(self._swap(what))

    def _head(self, kind: int, about: int, used: int, flags: int) -> None:
        self.message[:HEAD] = (used, kind, about, flags, 0, 0, 0, 0)

    def _swap(self, what: str) -> UInt32:
        messages = self.link.swap(self.message)
        self._judge(messages, what)
        return messages

    def _judge(self, messages: UInt32, what: str) -> None:
        """Raise what another rank told of, or that ranks do different things."""
        kinds = messages[:, KIND]
        if (kinds == FAILED).any():
            raise _error_of(messages, int(np.flatnonzero(kinds == FAILED)[0]))
        about = messages[:, ABOUT]
        if (kinds != kinds[0]).any() or (about != about[0]).any():
            self._refuse(what)

    def _refuse(self, what: str) -> None:
        """Say what each does, where ranks do different things."""
        self._text(what)
        texts = _texts(self.link.swap(self.message))
        parts = [f"rank {rank} is {text!r}" for rank, text in enumerate(texts)]
        error = RanksError("ranks do different things: " + ", ".join(parts))
        raise known_to_all(error)

    def _text(self, text: str) -> None:
        """Write a text behind the head, as much of it as fits."""
        data = text.encode()[: 4 * (len(self.message) - HEAD)]
        data = data.decode(errors="ignore").encode()
        padded = data + b" " * (-len(data) % 4)
        words = np.frombuffer(padded, np.uint32)
        self.message[HEAD : HEAD + len(words)] = words
        self.message[LENGTH] = len(data)

    @contextlib.contextmanager
    def together(self, what: str) -> Iterator[None]:
        """Let all ranks do the body; what is raised on one is raised on all.

        Raises:
            RanksError: some rank does something else.
        """
        self.call(what)
        self._depth += 1
        try:
            yield
        except BaseException as error:
            if self.stopping and isinstance(error, KeyboardInterrupt):
                known_to_all(error)
            if not getattr(error, "known_to_all", False):
                self._fail(error)
            raise
        else:
            self.call(f"end of {what}")
        finally:
            self._depth -= 1
            self.stopping &= self._depth > 0

    def _fail(self, error: BaseException) -> None:
        """Tell the others of an error here."""
        if isinstance(error, KeyboardInterrupt):
            # not at a step that all know: nothing can be said any more
            self.link.abort(code_of(error))
        self._head(FAILED, 0, HEAD, 0)
        self._text(f"{type(error).__name__}\n{error}")
        with contextlib.suppress(RanksError):
            self.link.swap(self.message)
        known_to_all(error)


def code_of(error: BaseException) -> int:
    """The code with which a process ends that does not catch an error.

    >>> from neurosparse.console import Terminated
    >>> code_of(ValueError()), code_of(KeyboardInterrupt()), code_of(Terminated())
    (1, 130, 143)
    """
    if isinstance(error, KeyboardInterrupt):
        return int(getattr(error, "code", 130))
    return 1


def known_to_all(error: BaseException) -> BaseException:
    """Mark an error that all ranks raise."""
    error.known_to_all = True  # type: ignore[attr-defined]
    return error


def _texts(messages: UInt32) -> list[str]:
    """What each rank wrote behind its head."""
    rows = [np.ascontiguousarray(row[HEAD:]).view(np.uint8) for row in messages]
    return [
        row[: int(length)].tobytes().decode(errors="replace")
        for row, length in zip(rows, messages[:, LENGTH], strict=True)
    ]


def _error_of(messages: UInt32, rank: int) -> BaseException:
    """The error that a rank told of, of the same kind where it is one of Python's."""
    name, _, words = _texts(messages)[rank].partition("\n")
    text = f"rank {rank} of {len(messages)}: {words}"
    kind = getattr(builtins, name, None)
    plain = isinstance(kind, type) and issubclass(kind, Exception)
    if not plain or kind in (UnicodeDecodeError, UnicodeEncodeError):
        return known_to_all(RanksError(f"{text} ({name})" if not plain else text))
    assert isinstance(kind, type)
    error: BaseException = kind(text)
    return known_to_all(error)
