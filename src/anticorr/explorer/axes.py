"""Ranges of axes that hold every state of a family, and ticks of logarithmic ones."""

import math
from collections.abc import Iterable

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def wider(values: Iterable[float], *, logarithmic: bool = False) -> list[float]:
    """Least and largest with a margin; of none 0 and 1, on a logarithmic axis 1 and 10."""
    kept = list(values)
    if not kept:
        return [1.0, 10.0] if logarithmic else [0.0, 1.0]
    if logarithmic:
        low, high = wider([math.log10(value) for value in (min(kept), max(kept))])
        return [10**low, 10**high]
    low, high = min(kept), max(kept)
    margin = 0.06 * (high - low) or 0.5 * abs(high) or 0.5
    return [low - margin, high + margin]


def ticks(low: float, high: float) -> list[tuple[float, str]]:
    """Of a logarithmic axis, with their labels: powers of ten, with 3, or 2 and 5 between where they are
    fewer than three, and where so they are as few, every digit."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    found: list[tuple[float, str]] = []
    for digits in ((1,), (1, 3), (1, 2, 5), range(1, 10)):
        found = [
            (value, _label(digit, power))
            for power in powers
            for digit in digits
            if low <= (value := float(f"{digit}e{power}")) <= high
        ]
        if len(found) > 2:
            break
    return found


def _label(digit: int, power: int) -> str:
    if -3 <= power <= 3:
        return f"{float(f'{digit}e{power}'):g}"
    return ("" if digit == 1 else f"{digit}·") + "10" + str(power).translate(_SUPERSCRIPTS)
