"""Work that is spread over workers: in any order, lazily, tried again where a worker died."""

import types

import pytest

from neurosparse.studies import Here, crew


class Future:
    """An answer that is there at once; the word `dies` stands for a worker that died."""

    def __init__(self, function, item, log):
        log.append(item)
        self.status = "finished"
        try:
            self.answer = function(item)
        except SystemExit:
            self.status = "cancelled"
        except ZeroDivisionError as error:
            self.status, self.answer = "error", error

    def done(self):
        return True

    def result(self):
        return self.answer

    exception = result

    def release(self):
        """Nothing is kept."""


class Client:
    """As a client of dask, with two workers that work at once."""

    def __init__(self):
        self.log = []
        self.cancelled = None

    def scheduler_info(self, n_workers):
        return {"workers": {"a": None, "b": None}}

    def submit(self, function, item, **options):
        return Future(function, item, self.log)

    def cancel(self, futures, force):
        self.cancelled = futures


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    monkeypatch.setitem(
        crew.__dict__, "answered", lambda out: [one for one in out if one.done()]
    )


def test_each_item_once_and_none_before_there_is_room():
    client = Client()
    taken = []

    def items():
        for item in range(5):
            taken.append(item)
            yield item

    answers = crew.spread(client, lambda x: x * x, items())
    assert next(answers) == (0, 0)
    assert taken == client.log == [0, 1]
    assert dict(answers) == {1: 1, 2: 4, 3: 9, 4: 16}
    assert client.cancelled == []
    assert list(crew.spread(client, abs, [])) == []


def test_an_item_whose_worker_dies_is_tried_three_times():
    tries = []

    def once(item):
        tries.append(item)
        if item == 1 and tries.count(1) < 3:
            raise SystemExit
        return item

    assert sorted(crew.spread(Client(), once, range(3))) == [(0, 0), (1, 1), (2, 2)]
    assert tries.count(1) == 3

    def never(item):
        raise SystemExit

    with pytest.raises(RuntimeError, match="its worker died 3 times; out of memory"):
        list(crew.spread(Client(), never, [types]))


def test_what_the_function_raises_is_raised():
    with pytest.raises(ZeroDivisionError):
        list(crew.spread(Client(), lambda x: 1 / x, [1, 0]))
    assert list(Here().each(abs, [-2])) == [(-2, 2)]
