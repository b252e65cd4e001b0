"""Random numbers of their own for every place in the work of a companion."""

import numpy as np


def generator(seed: int, *place: int) -> np.random.Generator:
    """Philox, from the seed of a spec and whole numbers that no other place has."""
    return np.random.Generator(np.random.Philox(np.random.SeedSequence((seed, *place))))
