"""Every data set that `neurosparse datasets` lists."""

from neurosparse.datasets import (
    adult_fly,
    celegans,
    digits,
    dvs128,
    fashion,
    fsdd,
    larva,
    mnist1d,
    nmnist,
    optdigits,
    series,
)
from neurosparse.datasets.descriptor import Dataset, Published
from neurosparse.errors import unknown_name

DATASETS = (
    larva.CARD,
    celegans.CARD,
    optdigits.CARD,
    nmnist.CARD,
    dvs128.CARD,
    digits.CARD,
    fashion.CARD,
    fsdd.CARD,
    mnist1d.CARD,
    series.ETT,
    series.EXCHANGE,
)


def dataset_named(name: str) -> Dataset:
    """Return the card of a data set by its name.

    Raises:
        ValueError: there is none; the nearest is suggested.

    >>> dataset_named("larva_brain").embedded
    True
    """
    cards = {card.name: card for card in DATASETS}
    if name not in cards:
        raise unknown_name("name", name, cards)
    return cards[name]


def card_named(name: str) -> Dataset | Published:
    """Return the card of a data set, or of one that its makers publish, by its name.

    Raises:
        ValueError: there is none; the nearest is suggested.

    >>> card_named("flywire").licence
    'CC BY-NC 4.0 (codex.flywire.ai)'
    """
    published = {card.name: card for card in adult_fly.PUBLISHED}
    if name in published:
        return published[name]
    cards = {card.name: card for card in DATASETS}
    if name not in cards:
        raise unknown_name("name", name, [*cards, *published])
    return cards[name]
