"""All quantities that claims may be about, by their names."""

from anticorr.quantities.companions import COMPANIONS
from anticorr.quantities.entry import Quantity
from anticorr.quantities.networks import NETWORKS
from anticorr.quantities.particles import PARTICLES

QUANTITIES: dict[str, Quantity] = {**PARTICLES, **NETWORKS, **COMPANIONS}
