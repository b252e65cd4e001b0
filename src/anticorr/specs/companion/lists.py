"""What the specs of all companions share: their text, and the check of lists of numbers."""

import json
from collections.abc import Callable, Mapping

from anticorr.strict import Strict
from anticorr.wording import repeated

Allowed = Mapping[str, tuple[Callable[[float], bool], str]]
"""By the key of a list: what each of its numbers must be, and how that is said."""


class OneCompanion(Strict):
    """A companion's spec."""

    def canonical_json(self) -> str:
        """The spec with every default filled in, as text that equal specs share."""
        return json.dumps(self.model_dump(mode="json"), sort_keys=True)


def outside(model: Strict, allowed: Allowed, *, may_repeat: tuple[str, ...] = ()) -> list[str]:
    """A line for every number in a list that is not allowed, stands twice, or for a list without any."""
    problems = []
    for key, (fits, words) in allowed.items():
        values = getattr(model, key, None)
        if values is None:
            continue
        if not values:
            problems.append(f"{key}: got none, allowed: one or more")
        problems += [
            f"{key}.{n}: got {value:g}, allowed {words}"
            for n, value in enumerate(values)
            if not fits(value)
        ]
        if key not in may_repeat:
            problems += repeated(key, values)
    return problems
