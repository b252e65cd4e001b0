"""Groups of orthogonal maps, their orbits, and the volumes of these: see `anticorr.companions.orbits`.

A group acts on points x, numbers of shape `shape`, by maps that leave |x| as it is. The points that it can
carry x to are its orbit, a surface with k = `along` dimensions but at special points, and of some volume.
All functions take many points at once, (walker, *shape).

| group | acts on | orbits | volume, up to a constant |
|---|---|---|---|
| Rotations | vectors of R^d, x -> R x | spheres, k = d - 1 | r^(d-1) |
| Factors | n x r matrices, M -> M O | k = r (r - 1) / 2 | prod_{i<j} sqrt(s_i^2 + s_j^2) |
| Conjugation | symmetric matrices, A -> O A O^T | k = n (n - 1) / 2 | prod_{i<j} abs(l_i - l_j) |

with singular values s and eigenvalues l. Menon, Stromme, Vacher, arXiv:2602.12257, give these volumes;
`projection` onto the orbit's directions is derived here: the motion of x in the group that fits v best.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from anticorr.errors import InputError


def _haar(size: int, count: int, generator: np.random.Generator) -> np.ndarray:
    """Random orthogonal matrices of the uniform law, (count, size, size): Mezzadri, Notices AMS 54, 592."""
    q, r = np.linalg.qr(generator.standard_normal((count, size, size)))
    return q * np.sign(np.einsum("wii->wi", r))[:, None, :]


def _swapped(matrices: np.ndarray) -> np.ndarray:
    return np.swapaxes(matrices, -1, -2)


@dataclass(frozen=True)
class Rotations:
    """SO(d) on vectors, d >= 2."""

    size: int

    def __post_init__(self) -> None:
        _wanted("rotations", self.size, 2)

    @property
    def shape(self) -> tuple[int, ...]:
        """Of a point."""
        return (self.size,)

    @property
    def along(self) -> int:
        """Dimension of an orbit, k."""
        return self.size - 1

    @property
    def dimension(self) -> int:
        """Numbers of a point that may vary, D."""
        return self.size

    @cached_property
    def point(self) -> np.ndarray:
        """Some point, at no special place."""
        return 2.0 * np.eye(self.size)[0]

    def noise(self, count: int, generator: np.random.Generator) -> np.ndarray:
        """Isotropic normal numbers of unit variance in each of D directions, (walker, *shape)."""
        return generator.standard_normal((count, self.size))

    def elements(self, count: int, generator: np.random.Generator) -> np.ndarray:
        """Random elements of the group, of the uniform law."""
        found = _haar(self.size, count, generator)
        found[:, 0] *= np.linalg.det(found)[:, None]
        return found

    def moved(self, points: np.ndarray, elements: np.ndarray) -> np.ndarray:
        """Each point under its element."""
        return np.einsum("wij,wj->wi", elements, points)

    def projection(self, points: np.ndarray, vectors: np.ndarray) -> np.ndarray:
        """Q v: the parts of vectors along the orbits."""
        return vectors - points * ((points * vectors).sum(1) / (points**2).sum(1))[:, None]

    def volume_slope(self, points: np.ndarray) -> np.ndarray:
        """Gradient of the logarithm of the orbit's volume."""
        return self.along * points / (points**2).sum(1)[:, None]

    def log_volume(self, points: np.ndarray) -> np.ndarray:
        """Up to a constant, (walker,)."""
        return 0.5 * self.along * np.log((points**2).sum(1))

    def form(self, points: np.ndarray) -> np.ndarray:
        """A number that no element of the group changes: here |x|, as there is no other, (walker,)."""
        return np.sqrt((points**2).sum(1))


@dataclass(frozen=True)
class Factors:
    """O(r) on the right of n x r matrices, n >= r >= 2: the freedom of the factors of M M^T."""

    rows: int
    columns: int

    def __post_init__(self) -> None:
        _wanted("factors", self.columns, 2)
        _wanted("factors", self.rows, self.columns)

    @property
    def shape(self) -> tuple[int, ...]:
        """Of a point."""
        return (self.rows, self.columns)

    @property
    def along(self) -> int:
        """Dimension of an orbit, k."""
        return self.columns * (self.columns - 1) // 2

    @property
    def dimension(self) -> int:
        """Numbers of a point that may vary, D."""
        return self.rows * self.columns

    @cached_property
    def point(self) -> np.ndarray:
        """Some point, at no special place."""
        return 2.0 * np.eye(self.rows, self.columns) / 2.0 ** np.arange(self.columns)

    def noise(self, count: int, generator: np.random.Generator) -> np.ndarray:
        """Isotropic normal numbers of unit variance in each of D directions, (walker, *shape)."""
        return generator.standard_normal((count, *self.shape))

    def elements(self, count: int, generator: np.random.Generator) -> np.ndarray:
        """Random elements of the group, of the uniform law."""
        return _haar(self.columns, count, generator)

    def moved(self, points: np.ndarray, elements: np.ndarray) -> np.ndarray:
        """Each point under its element."""
        return points @ elements

    def projection(self, points: np.ndarray, vectors: np.ndarray) -> np.ndarray:
        """Q v = M A, A antisymmetric with M^T M A + A M^T M = M^T v - v^T M."""
        squares, V = np.linalg.eigh(_swapped(points) @ points)
        twist = _swapped(points) @ vectors
        turned = _swapped(V) @ (twist - _swapped(twist)) @ V
        return points @ (V @ (turned / _between(squares)) @ _swapped(V))

    def volume_slope(self, points: np.ndarray) -> np.ndarray:
        """Gradient of the logarithm of the orbit's volume, M V diag(sum_{j != i} 1/(s_i^2 + s_j^2)) V^T."""
        squares, V = np.linalg.eigh(_swapped(points) @ points)
        slopes = (1 / _between(squares)).sum(2)
        return points @ (V * slopes[:, None, :]) @ _swapped(V)

    def log_volume(self, points: np.ndarray) -> np.ndarray:
        """Up to a constant, (walker,)."""
        squares = np.linalg.eigvalsh(_swapped(points) @ points)
        i, j = np.triu_indices(self.columns, 1)
        return 0.5 * np.log(squares[:, i] + squares[:, j]).sum(1)

    def form(self, points: np.ndarray) -> np.ndarray:
        """A number that no element of the group changes: the smallest singular value, (walker,)."""
        return np.linalg.svd(points, compute_uv=False)[:, -1]


def _between(squares: np.ndarray) -> np.ndarray:
    """s_i^2 + s_j^2, infinite on the diagonal, which no motion and no volume has: (walker, r, r)."""
    sums = squares[:, :, None] + squares[:, None, :]
    np.einsum("wii->wi", sums)[:] = np.inf
    return sums


@dataclass(frozen=True)
class Conjugation:
    """O(n) on symmetric n x n matrices, n >= 2."""

    size: int

    def __post_init__(self) -> None:
        _wanted("conjugation", self.size, 2)

    @property
    def shape(self) -> tuple[int, ...]:
        """Of a point."""
        return (self.size, self.size)

    @property
    def along(self) -> int:
        """Dimension of an orbit, k."""
        return self.size * (self.size - 1) // 2

    @property
    def dimension(self) -> int:
        """Numbers of a point that may vary, D."""
        return self.size * (self.size + 1) // 2

    @cached_property
    def point(self) -> np.ndarray:
        """Some point, at no special place."""
        return np.diag(np.linspace(2.0, -1.0, self.size))

    def noise(self, count: int, generator: np.random.Generator) -> np.ndarray:
        """Isotropic normal numbers of unit variance in each of D directions, (walker, *shape): variance 1
        on the diagonal, 1/2 beside it, since an entry beside it stands there twice."""
        drawn = generator.standard_normal((count, *self.shape))
        return (drawn + _swapped(drawn)) / 2

    def elements(self, count: int, generator: np.random.Generator) -> np.ndarray:
        """Random elements of the group, of the uniform law."""
        return _haar(self.size, count, generator)

    def moved(self, points: np.ndarray, elements: np.ndarray) -> np.ndarray:
        """Each point under its element."""
        return elements @ points @ _swapped(elements)

    def projection(self, points: np.ndarray, vectors: np.ndarray) -> np.ndarray:
        """Q v: what vectors have beside the diagonal in the eigenbasis of the points."""
        _, U = np.linalg.eigh(points)
        turned = _swapped(U) @ vectors @ U
        np.einsum("wii->wi", turned)[:] = 0.0
        return U @ turned @ _swapped(U)

    def volume_slope(self, points: np.ndarray) -> np.ndarray:
        """Gradient of the logarithm of the orbit's volume, U diag(sum_{j != i} 1 / (l_i - l_j)) U^T."""
        values, U = np.linalg.eigh(points)
        apart = values[:, :, None] - values[:, None, :]
        np.einsum("wii->wi", apart)[:] = np.inf
        return (U * (1 / apart).sum(2)[:, None, :]) @ _swapped(U)

    def log_volume(self, points: np.ndarray) -> np.ndarray:
        """Up to a constant, (walker,)."""
        values = np.linalg.eigvalsh(points)
        i, j = np.triu_indices(self.size, 1)
        return np.log(values[:, j] - values[:, i]).sum(1)

    def form(self, points: np.ndarray) -> np.ndarray:
        """A number that no element of the group changes: the smallest gap of eigenvalues, (walker,)."""
        return np.diff(np.linalg.eigvalsh(points), axis=1).min(1)


Group = Rotations | Factors | Conjugation


def group_of(kind: str, size: list[int]) -> Group:
    """rotations [d], factors [n, r], conjugation [n]."""
    return {"rotations": Rotations, "factors": Factors, "conjugation": Conjugation}[kind](*size)


def _wanted(what: str, size: int, least: int) -> None:
    if size < least:
        raise InputError(f"size: got {size} for {what}, allowed >= {least}")
