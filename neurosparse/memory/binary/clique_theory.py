"""Predictions for clique networks: density, errors, how many messages, how much information.

Symbols: `clusters` clusters of `l` units (the alphabet), messages on `used` of them (default all),
m messages, e erased symbols. Sources: Gripon & Berrou 2011, doi:10.1109/TNN.2011.2146789; sparse
messages: Aliabadi et al. 2014, doi:10.1109/TNNLS.2013.2285253. Errors take links to be independent,
which is near the truth (within about 0.03).
"""

import math

from neurosparse.checks import share, whole_number
from neurosparse.errors import bad_argument


def clique_density(clusters: int, l: int, m: int, used: int | None = None) -> float:
    """Share of links that m random messages turn on.

    1 - (1 - used (used-1) / (clusters (clusters-1) l^2))^m.

    >>> round(clique_density(8, 256, 10_000), 5)
    0.14152
    >>> round(clique_density(100, 64, 100_000, used=12), 4)
    0.2778
    """
    chance = _link_chance(clusters, l, used)
    m = whole_number("m", m)
    return -math.expm1(m * math.log1p(-chance)) if chance < 1 else float(m > 0)


def clique_messages_at_density(
    clusters: int, l: int, d: float, used: int | None = None
) -> float:
    """How many messages give a density d, by inversion.

    >>> round(clique_messages_at_density(8, 256, 0.14152))
    10000
    """
    chance = _link_chance(clusters, l, used)
    d = share("d", d)
    if not 0 < chance < 1:
        expected = "two symbols or more, in messages on two clusters or more"
        raise bad_argument("l", l, expected, "here one message says all")
    return math.log1p(-d) / math.log1p(-chance)


def clique_most_messages(clusters: int, l: int) -> float:
    """Messages whose information equals the bits of the network, at efficiency 1.

    (clusters - 1) l^2 / (2 log2 l).

    >>> round(clique_most_messages(8, 256))
    28672
    """
    _sizes(clusters, l, None)
    if l < 2:
        raise bad_argument("l", l, "an alphabet of two symbols or more")
    return (int(clusters) - 1) * int(l) ** 2 / (2 * math.log2(l))


def clique_false_acceptance(clusters: int, d: float) -> float:
    """Probability that a random message is a clique at density d: d^(clusters (clusters-1) / 2).

    >>> f"{clique_false_acceptance(4, 0.1):.0e}"
    '1e-06'
    """
    return _density(d) ** (whole_number("clusters", clusters, 1) * (clusters - 1) // 2)


def clique_one_step_error(
    clusters: int, l: int, d: float, erased: int, used: int | None = None
) -> float:
    """Probability that one update with the winners of each cluster leaves a wrong unit on.

    1 - (1 - d^(used-e))^(e (l-1)); for sparse messages with global winners the outer exponent is
    e (l-1) + (clusters-used) l.

    >>> d = clique_density(8, 256, 10_000)
    >>> round(clique_one_step_error(8, 256, d, erased=4), 3)
    0.336
    """
    used = _sizes(clusters, l, used)
    if whole_number("erased", erased) >= used:
        raise bad_argument("erased", erased, f"fewer than the {used} symbols of a message")
    wrong = erased * (l - 1) + (clusters - used) * l
    chance = _density(d) ** (used - erased)
    return -math.expm1(wrong * math.log1p(-chance)) if chance < 1 else float(wrong > 0)


def clique_information(clusters: int, l: int, used: int | None = None) -> float:
    """Bits of one random message: log2 C(clusters, used) + used log2 l.

    >>> clique_information(8, 256)
    64.0
    """
    used = _sizes(clusters, l, used)
    return math.log2(math.comb(clusters, used)) + used * math.log2(l)


def clique_efficiency(clusters: int, l: int, m: int, used: int | None = None) -> float:
    """Information of m messages over the bits of the network, clusters (clusters-1) l^2 / 2.

    >>> round(clique_efficiency(8, 256, 28_672), 6)
    1.0
    """
    bits = clique_information(clusters, l, used)
    # whole numbers of an array would overflow in products
    clusters, l = int(clusters), int(l)
    links = max(clusters * (clusters - 1), 1) * l * l / 2
    return whole_number("m", m) * bits / links


def clique_least_distance(used: int) -> int:
    """Links by which two messages differ at least: 2 (used - 1).

    >>> clique_least_distance(8)
    14
    """
    return 2 * (whole_number("used", used, 1) - 1)


def clique_best_size(clusters: int, l: int, error: float, erased_share: float) -> float:
    """How many symbols a sparse message should have: ln(clusters l / P) / (2 (1 - e/used)).

    >>> round(clique_best_size(100, 64, 0.01, 0.25), 1)
    8.9
    """
    _sizes(clusters, l, None)
    if not 0 <= erased_share < 1:
        raise bad_argument("erased_share", erased_share, "a number from 0 to below 1")
    units = clusters * l
    return math.log(units / share("error", error)) / (2 * (1 - erased_share))


def _sizes(clusters: int, l: int, used: int | None) -> int:
    whole_number("clusters", clusters, 1)
    whole_number("l", l, 1)
    if used is not None and whole_number("used", used, 1) > clusters:
        raise bad_argument("used", used, f"at most the {clusters} clusters that there are")
    return clusters if used is None else used


def _link_chance(clusters: int, l: int, used: int | None) -> float:
    used = _sizes(clusters, l, used)
    if clusters < 2:
        raise bad_argument(
            "clusters", clusters, "two clusters or more: links run between clusters"
        )
    # whole numbers of an array would overflow in products
    used = int(used)
    clusters = int(clusters)
    l = int(l)
    return used * (used - 1) / (clusters * (clusters - 1) * l * l)


def _density(d: float) -> float:
    if not 0 <= d <= 1:
        raise bad_argument("d", d, "a density from 0 to 1")
    return d
