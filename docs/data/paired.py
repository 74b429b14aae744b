"""What is told of pairs of runs: same seed, same split, same initial weights."""

import math
import statistics

# 97.5 % of Student's t, by degrees of freedom.
QUANTILES = {n: t for n, t in enumerate([12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201,
                                         2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074,
                                         2.069], start=1)}


def interval(values):
    """Mean and the half width of its 95 % interval."""
    mean = statistics.fmean(values)
    return mean, QUANTILES[len(values) - 1] * statistics.stdev(values) / math.sqrt(len(values))


def ratio(values):
    """The geometric mean of the ratios that these are the logarithms of, and its 95 % interval, in words."""
    mean, half = interval(values)
    return f"{math.exp(mean):.2f} ({math.exp(mean - half):.2f} to {math.exp(mean + half):.2f})"


def wilcoxon(differences):
    """Two-sided p of the signed-rank test, exact where no two sizes are equal, and of the mid-ranks' own distribution
    where some are: how often chance signs give a sum of ranks at least as far from its mean. 0s are left out."""
    kept = [one for one in differences if one != 0]
    sizes = sorted(map(abs, kept))
    # Twice the mid-rank, a whole number.
    rank = {size: 2 * sizes.index(size) + sizes.count(size) + 1 for size in set(sizes)}
    ways = {0: 1}
    for size in sizes:
        more = dict(ways)
        for total, count in ways.items():
            more[total + rank[size]] = more.get(total + rank[size], 0) + count
        ways = more
    middle = sum(rank[size] for size in sizes) / 2
    found = abs(sum(rank[abs(one)] for one in kept if one > 0) - middle)
    return sum(count for total, count in ways.items() if abs(total - middle) >= found) / 2 ** len(kept)


def holm(values):
    """The p values as Holm corrects them for their number, in the order given."""
    corrected = [0.0] * len(values)
    least = 0.0
    for place, index in enumerate(sorted(range(len(values)), key=values.__getitem__)):
        least = max(least, min(1.0, (len(values) - place) * values[index]))
        corrected[index] = least
    return corrected
