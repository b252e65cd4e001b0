"""Dilute particles: the pressure beyond rho T against the virial expansion of the Mayer function.

    p_virial = rho^2 T B_2 (1 - 1/N) + rho^3 T B_3 (1 - 1/N)(1 - 2/N) + ...,   f(r) = exp(-V(r) / T) - 1
    B_2 = -(1/2) int f dr,     B_3 = -(1/3) int f(k)^3 dk / (2 pi)^d

(Hansen and McDonald, Theory of Simple Liquids, chapter 3). N(N-1)/2 pairs in a box of volume L^d give the
factors with N. B_3 makes up about 4% here, the next term 0.1%.
"""

import logging
import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import j0

from anticorr.engine.particles import Particles, series_of
from anticorr.specs import parse
from tests.physics.statistics import mean_and_error, to_zero_step

LOG = logging.getLogger(__name__)
TEMPERATURE, FRACTION, PARTICLES, EVERY, STEPS = 0.1, 0.03, 1000, 50, 20_000


def mayer(r):
    """f(r) of the harmonic potential of unit diameter; 0 beyond."""
    return math.expm1(-0.5 * (1 - r) ** 2 / TEMPERATURE)


def transformed(k, d):
    """f(k) = int f(r) exp(-i k.r) dr."""
    if d == 2:
        return quad(lambda r: 2 * math.pi * r * mayer(r) * j0(k * r), 0, 1, limit=200)[0]
    return quad(lambda r: 4 * math.pi * r * r * mayer(r) * np.sinc(k * r / math.pi), 0, 1, limit=200)[0]


def coefficients(d):
    """B_2 and B_3."""
    shell = {2: lambda k: k / (2 * math.pi), 3: lambda k: k * k / (2 * math.pi**2)}[d]
    third = quad(lambda k: shell(k) * transformed(k, d) ** 3, 0, 60, limit=400)[0]
    return -transformed(0.0, d) / 2, -third / 3


def measured(dimension, step_size, steps, section, zero_frequency):
    """Mean and error of the virial pressure at T = f(0) sigma^2 / (2 alpha)."""
    strength = math.sqrt(2 * step_size * TEMPERATURE / zero_frequency)
    spec = parse(
        {
            "system": {"dimension": dimension, "particles": PARTICLES, "packing_fraction": FRACTION},
            "dynamics": {"step_size": step_size, "noise": {**section, "strength": strength}},
            "schedule": {"relax_steps": 0, "sample_steps": EVERY, "sample_every": EVERY},
            "record": {"series_every": EVERY},
            "seed": 21,
        }
    )
    particles = Particles(spec, skin=0.0)
    particles.step_block(steps // EVERY // 20)
    return mean_and_error(series_of(spec, particles.step_block(steps // EVERY))["pressure"])


@pytest.mark.parametrize("dimension", [2, 3])
def test_quadrature_gives_the_known_coefficients_of_hard_particles(dimension, monkeypatch):
    """T -> 0: B_2 = pi/2 and 2 pi/3; B_3 / B_2^2 = 4/3 - sqrt(3)/pi (Tonks 1936) and 5/8 (Boltzmann).

    The transform of the step is cut at k = 60: 1e-4.
    """
    monkeypatch.setattr(f"{__name__}.mayer", lambda r: -1.0)
    second, third = coefficients(dimension)
    assert second == pytest.approx({2: math.pi / 2, 3: 2 * math.pi / 3}[dimension], rel=1e-9)
    assert third / second**2 == pytest.approx(
        {2: 4 / 3 - math.sqrt(3) / math.pi, 3: 5 / 8}[dimension], abs=1e-3
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("noise", "dimension"),
    [
        ("persistent", 3),
        *(
            pytest.param(*case, marks=pytest.mark.soak)
            for case in (("persistent", 2), ("white", 2), ("white", 3))
        ),
    ],
)
def test_pressure_of_a_dilute_gas(dimension, noise):
    """Persistent noise (ma1, c = 1) has no step-size error to first order (see test_equilibrium); that of
    white noise is taken out by a second run at half the step size.

    25 blocks a run; 4.5 errors: false alarm 2e-4 a number, 1e-3 for the four.
    """
    if noise == "white":
        white = {"kind": "white"}
        coarse = measured(dimension, 0.04, STEPS, white, 1.0)
        value, error = to_zero_step(coarse, measured(dimension, 0.02, 2 * STEPS, white, 1.0))
    else:
        value, error = measured(dimension, 0.08, STEPS, {"kind": "ma1", "correlation": 1.0}, 2.0)
    second, third = coefficients(dimension)
    rho = FRACTION / {2: math.pi / 4, 3: math.pi / 6}[dimension]
    pairs, triples = 1 - 1 / PARTICLES, (1 - 1 / PARTICLES) * (1 - 2 / PARTICLES)
    expected = TEMPERATURE * (rho**2 * second * pairs + rho**3 * third * triples)
    z = (value - expected) / error
    LOG.info("%dD %s: %.6g(%.1g), expected %.6g, z = %.2f", dimension, noise, value, error, expected, z)
    assert error < {"white": 0.04, "persistent": 0.015}[noise] * expected
    assert abs(z) < 4.5
