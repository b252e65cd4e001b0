"""Particles, their sizes and their interaction: the `system` section of a spec."""

import functools
import math
from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import Discriminator, Field, Tag, model_validator

from anticorr.strict import Number, Strict, Whole, refuse


class Harmonic(Strict):
    """V(r) = (1 - x)^2 / 2, x = r / D_ij < 1."""

    kind: Literal["harmonic"] = Field(description="V = (1 - x)^2 / 2 for x = r / D_ij < 1")


class Hertzian(Strict):
    """V(r) = (2/5) (1 - x)^(5/2), x = r / D_ij < 1."""

    kind: Literal["hertzian"] = Field(description="V = (2/5) (1 - x)^(5/2) for x = r / D_ij < 1")


class Power(Strict):
    """V(r) = (1 - x)^m / m, x = r / D_ij < 1."""

    kind: Literal["power"] = Field(description="V = (1 - x)^m / m for x = r / D_ij < 1")
    exponent: Number = Field(description="m; 2 is harmonic, 5/2 Hertzian", ge=1.5, le=12)


class WCA(Strict):
    """V(r) = x^-12 - 2 x^-6 + 1, x = r / D_ij < 1: Lennard-Jones cut at its minimum, which lies at D_ij."""

    kind: Literal["wca"] = Field(description="V = x^-12 - 2 x^-6 + 1 for x = r / D_ij < 1")


class InversePower(Strict):
    """V(r) = x^-n - c^-n + n c^-(n+1) (x - c), x = r / D_ij < c: energy and force end at the cutoff."""

    kind: Literal["inverse_power"] = Field(
        description="V = x^-n - c^-n + n c^-(n+1) (x - c) for x = r / D_ij < c"
    )
    exponent: Number = Field(description="n", ge=1, le=36)
    cutoff: Number = Field(1.5, description="c, in D_ij", gt=1, le=3)


Potential = Harmonic | Hertzian | Power | WCA | InversePower


class Monodisperse(Strict):
    """All diameters are 1."""

    kind: Literal["monodisperse"] = Field(description="all diameters 1")

    def diameters_at(self, share: np.ndarray) -> np.ndarray:
        return np.ones_like(share)


class Uniform(Strict):
    """Diameters uniform in [1 - w, 1 + w]."""

    kind: Literal["uniform"] = Field(description="diameters uniform in [1 - w, 1 + w]")
    half_width: Number = Field(description="w", gt=0, le=0.5)

    def diameters_at(self, share: np.ndarray) -> np.ndarray:
        return 1 + self.half_width * (2 * share - 1)


class Gaussian(Strict):
    """Diameters Gaussian with mean 1, cut off three standard deviations from the mean."""

    kind: Literal["gaussian"] = Field(description="Gaussian with mean 1, cut at three deviations")
    deviation: Number = Field(description="standard deviation before the cut", gt=0, le=0.3)

    def diameters_at(self, share: np.ndarray) -> np.ndarray:
        from scipy.special import ndtr, ndtri  # slow to load, and other sizes do without

        tail = ndtr(-3.0)
        return 1 + self.deviation * ndtri(tail + share * (1 - 2 * tail))


class Bidisperse(Strict):
    """Two sizes: the small ones have diameter 1."""

    kind: Literal["bidisperse"] = Field(description="two diameters, 1 and `ratio`")
    ratio: Number = Field(1.4, description="large diameter over small", gt=1, le=3)
    large_fraction: Number = Field(0.5, description="share of large particles by number", gt=0, lt=1)

    def diameters_at(self, share: np.ndarray) -> np.ndarray:
        return np.where(share > 1 - self.large_fraction, self.ratio, 1.0)


Sizes = Monodisperse | Uniform | Gaussian | Bidisperse


class FromFile(Strict):
    """Start from the last frame of a trajectory record, or from an .npy file of shape (particle, axis)."""

    file: str = Field(description="a trajectory record or .npy file; particles and box must agree")


Named = Literal["random", "lattice", "triangular", "quenched"]
Initial = Annotated[
    Annotated[Named, Tag("name")] | Annotated[FromFile, Tag("file")],
    Discriminator(lambda value: "file" if isinstance(value, dict | FromFile) else "name"),
]


_MOST_OF_SEVERAL_SIZES = 10_000_000
"""Their diameters are summed up, one by one, wherever a spec is read."""


class System(Strict):
    """Particles in a periodic square (dimension 2) or cube (3)."""

    dimension: Literal[2, 3] = Field(2, description="space dimension d")
    particles: Whole = Field(description="number of particles N", ge=1, le=2**31 - 1)
    packing_fraction: Number = Field(
        description="phi = sum_i v_d (D_i / 2)^d / L^d, v_2 = pi, v_3 = 4 pi / 3 (overlaps count twice); "
        "sets the box side L",
        ge=1e-9,
        le=3,
    )
    potential: Annotated[Potential, Field(discriminator="kind")] = Harmonic(kind="harmonic")
    sizes: Annotated[Sizes, Field(discriminator="kind")] = Monodisperse(kind="monodisperse")
    initial: Initial = Field(
        "random",
        description="random: Poisson points; lattice: square/cubic (N a square/cube); triangular (2D, N = "
        "columns x even rows); quenched: random, then steepest descent; {file: x.nc}: the last frame",
    )

    @model_validator(mode="before")
    @classmethod
    def _harmonic_unless_said(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("potential"), dict):
            return {**data, "potential": {"kind": "harmonic", **data["potential"]}}
        return data

    @functools.cached_property
    def diameters(self) -> np.ndarray:
        """D_i from small to large: quantiles of the size law at (i + 1/2) / N, the same for every seed, so
        that phi, L and the composition have no scatter."""
        return self.sizes.diameters_at((np.arange(self.particles) + 0.5) / self.particles)

    @property
    def species_numbers(self) -> tuple[int, int]:
        """(small, large) particles of a bidisperse system."""
        large = int((self.diameters > 1).sum())
        return self.particles - large, large

    @property
    def reach(self) -> float:
        """Largest distance of a contact, in diameters: the largest D_ij times the cutoff."""
        largest = float(self.sizes.diameters_at(np.array([1 - 0.5 / self.particles]))[0])
        return largest * getattr(self.potential, "cutoff", 1.0)

    @functools.cached_property
    def box_side(self) -> float:
        """L in diameters."""
        particle = math.pi / 4 if self.dimension == 2 else math.pi / 6
        if self.sizes.kind == "monodisperse":
            number = float(self.particles)
        else:
            number = float((self.diameters**self.dimension).sum())
        return (number * particle / self.packing_fraction) ** (1 / self.dimension)

    @property
    def density(self) -> float:
        """rho = N / L^d."""
        return self.particles / self.box_side**self.dimension

    @model_validator(mode="after")
    def _possible(self) -> Self:
        problems = []
        if self.sizes.kind != "monodisperse" and self.particles > _MOST_OF_SEVERAL_SIZES:
            refuse(
                [
                    f"particles: got {self.particles}, allowed with sizes '{self.sizes.kind}': "
                    f"{_MOST_OF_SEVERAL_SIZES} or fewer"
                ]
            )
        if self.box_side < self.reach:
            least = math.ceil(self.particles * (self.reach / self.box_side) ** self.dimension)
            problems.append(
                f"particles: got {self.particles} (box side {self.box_side:.3g} diameters), "
                f"allowed >= {least} at this packing_fraction (box side >= {self.reach:.3g}, the reach of "
                "a contact)"
            )
        if self.initial == "lattice":
            root = int(self.particles ** (1 / self.dimension))
            near = [n**self.dimension for n in range(max(root - 1, 1), root + 3)]
            shape = {2: "square", 3: "cube"}[self.dimension]
            problems += self._nearest(near, f"a {shape} number")
        elif self.initial == "triangular":
            if self.dimension != 2:
                problems.append("initial: got 'triangular' in 3 dimensions, allowed in 2 only")
            rows = range(2, 2 * math.isqrt(2 * self.particles) + 4, 2)
            problems += self._nearest([triangular_columns(n) * n for n in rows], "columns x even rows")
        refuse(problems)
        return self

    def _nearest(self, numbers: list[int], what: str) -> list[str]:
        nearest = min(numbers, key=lambda number: abs(number - self.particles))
        if nearest == self.particles:
            return []
        return [
            f"particles: got {self.particles}, allowed with initial '{self.initial}': {what} "
            f"(the nearest is {nearest})"
        ]


def triangular_columns(rows: int) -> int:
    """Columns of the triangular lattice of `rows` rows that fits a square box with the least strain."""
    return max(1, round(rows * math.sqrt(3) / 2))
