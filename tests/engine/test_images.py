"""Forces in boxes down to one contact wide, at any crowding, against a sum over all images."""

import itertools
import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from anticorr.engine.particles import Particles
from tests.engine.systems import QUIET, spec_of
from tests.naive import twins

VOLUME = {2: math.pi / 4, 3: math.pi / 6}
STEP_SIZE = 1e-3


def image_sum(position, diameter, side, section):
    """Energy, force on each particle and number of touched particles, over all pairs and images."""
    cutoff = getattr(section, "cutoff", 1.0)
    inside = position - side * np.floor(position / side)
    contact = (diameter[:, None] + diameter) / 2
    force, touched, energy = np.zeros_like(position), np.zeros(len(diameter), bool), 0.0
    far = math.ceil(cutoff * diameter.max() / side)
    for image in itertools.product(range(-far, far + 1), repeat=len(position)):
        gap = inside[:, :, None] - inside[:, None] + side * np.array(image)[:, None, None]
        distance = np.sqrt((gap**2).sum(axis=0))
        if not any(image):
            np.fill_diagonal(distance, np.inf)
        near = distance < cutoff * contact
        value, slope = twins.potential(section, np.where(near, distance / contact, 0.5))
        energy += value[near].sum() / 2
        force += (np.where(near, slope / contact / distance, 0.0) * gap).sum(axis=2)
        touched |= near.any(axis=1)
    return energy, force, touched.sum()


@st.composite
def boxes(draw):
    """L from the reach of a contact to three times that, phi up to 3."""
    d = draw(st.sampled_from([2, 3]))
    system = draw(
        st.sampled_from(
            [
                {},
                {"potential": {"kind": "hertzian"}},
                {"potential": {"kind": "power", "exponent": 3.0}},
                {"sizes": {"kind": "uniform", "half_width": 0.4}},
                {"sizes": {"kind": "bidisperse", "ratio": 2.0}},
                {"potential": {"kind": "inverse_power", "exponent": 2, "cutoff": 1.6}},
            ]
        )
    )
    reach = 1.6 if "potential" in system and system["potential"]["kind"] == "inverse_power" else 1.0
    reach *= {"uniform": 1.4, "bidisperse": 2.0}.get(system.get("sizes", {}).get("kind"), 1.0)
    side = reach * draw(st.floats(1.001, 3.0))
    fraction = draw(st.floats(0.2, 3.0))
    n = max(2, min(int(fraction * side**d / VOLUME[d]), 250))
    # the volume of n particles, from a box that surely holds them; then phi for the side asked for
    data = {"dimension": d, "particles": n, **system}
    whole = sum(spec_of({"noise": QUIET}, fraction=1e-3, **data).system.diameters ** d) * VOLUME[d]
    fraction = min(whole / side**d, 3.0)
    spec = spec_of({"noise": QUIET, "step_size": STEP_SIZE}, fraction=fraction, **data)
    position = np.random.default_rng(draw(st.integers(0, 2**32))).random((d, n)) * spec.system.box_side
    return Particles(spec, position, skin=draw(st.sampled_from([0.0, 0.3])))


@given(boxes())
def test_small_boxes_meet_every_image(particles):
    spec, position = particles.spec, particles.position()
    energy, force, touched = image_sum(
        position, particles.diameters(), spec.system.box_side, spec.system.potential
    )
    sums = particles.step_block(1)[0]
    np.testing.assert_allclose(sums[0], energy, rtol=1e-10)
    assert sums[1] == touched
    applied = (particles.position() - position) / STEP_SIZE
    np.testing.assert_allclose(applied, force, rtol=1e-9, atol=1e-10 * max(1.0, np.abs(force).max()))
