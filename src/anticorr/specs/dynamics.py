"""How particles move: the `dynamics` section of a spec."""

import math
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from anticorr.strict import Number, Strict, refuse
from anticorr.wording import told

Strength = Annotated[
    Number, Field(description="sigma: standard deviation per component per step, in diameters", ge=0)
]


class White(Strict):
    """Independent Gaussian noise."""

    kind: Literal["white"] = Field(description="independent in time")
    strength: Strength


class MovingAverage(Strict):
    """ma1: xi(t) = a eta(t) + b eta(t-1), a^2 + b^2 = 1, 2 a b = correlation."""

    kind: Literal["ma1"] = Field(description="first-order moving average")
    strength: Strength
    correlation: Number = Field(
        description="c_t = 2 a b; the lag-one correlation is c_t / 2; -1 is Anti-PGD", ge=-1, le=1
    )


class Autoregressive(Strict):
    """ar1: xi(t) = r xi(t-1) + sqrt(1 - r^2) eta(t)."""

    kind: Literal["ar1"] = Field(description="first-order autoregression")
    strength: Strength
    correlation: Number = Field(description="r, the lag-one correlation", gt=-1, lt=1)


class Fractional(Strict):
    """ARFIMA(0, H - 1/2, 0): spectrum ~ |2 sin(w/2)|^(1 - 2 H), by a sum of exponentials over a band."""

    kind: Literal["fractional"] = Field(description="ARFIMA(0, H - 1/2, 0)")
    strength: Strength
    hurst: Number = Field(description="H; 1/2 is white noise", ge=0, lt=1)
    band: list[Number] = Field(
        [1e-5, math.pi], description="[w_min, w_max] in rad/step, 1e-8 <= w_min <= .5, w_min < w_max <= pi"
    )

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if len(self.band) != 2 or not (
            1e-8 <= self.band[0] <= 0.5 and self.band[0] < self.band[1] <= math.pi
        ):
            refuse([f"band: got {told(self.band)}, allowed: 1e-8 <= w_min <= .5, w_min < w_max <= pi"])
        return self


class ExponentialSum(Strict):
    """xi(t) = h_0 eta(t) + sum_k s_k z_k(t), z_k(t+1) = q_k z_k(t) + eta(t), unit variance sets h_0."""

    kind: Literal["exponential_sum"] = Field(description="taps h_n = sum_k s_k q_k^(n-1), n >= 1")
    strength: Strength
    weights: list[Number] = Field(description="s_k; their variance must leave h_0^2 >= 0")
    rates: list[Number] = Field(description="q_k, all different, |q_k| < 1")

    @model_validator(mode="after")
    def _stationary(self) -> Self:
        s, q, problems = self.weights, self.rates, []
        if len(s) != len(q):
            problems.append(f"rates: got {len(q)}, allowed: as many as weights ({len(s)})")
        if len(q) > 64:
            problems.append(f"rates: got {len(q)} of them, allowed <= 64")
        for n, rate in enumerate(q):
            if not -1 < rate < 1:
                problems.append(f"rates.{n}: got {rate!r}, allowed > -1 and < 1")
        if len(set(q)) < len(q):
            problems.append(f"rates: got {told(q)}, allowed: all different")
        if not problems:
            past = sum(
                a * b / (1 - p * r) for a, p in zip(s, q, strict=True) for b, r in zip(s, q, strict=True)
            )
            if not past <= 1 + 1e-12:  # rounding of a sum that should be 1; NaN where the sum is inf - inf
                problems.append(f"weights: got variance {past:.6g} from the past, allowed <= 1")
        refuse(problems)
        return self


Noise = Annotated[
    White | MovingAverage | Autoregressive | Fractional | ExponentialSum, Field(discriminator="kind")
]


class Gradient(Strict):
    """One step: x(t+1) = x(t) + alpha f(t) + sigma xi(t)."""

    kind: Literal["gradient"] = Field(description="drift alpha * force")
    step_size: Number = Field(description="alpha", gt=0)
    batch_fraction: Number = Field(
        1.0, description="b_f: probability that a pair force is applied in a step", gt=0, le=1
    )
    batch_selection: Literal["pair", "particle"] = Field(
        "pair", description="a draw for each pair, or one for all contacts of a particle"
    )
    batch_correlation: Number = Field(
        -1.0,
        description="c_s: correlation of the kicks on two partners; -1 is reciprocal; 0 (and by default "
        "0) with batch_selection particle",
        ge=-1,
        le=0,
    )
    noise: Noise

    @model_validator(mode="before")
    @classmethod
    def _independent_particles(cls, data: Any) -> Any:
        if isinstance(data, dict) and data.get("batch_selection") == "particle":
            return {"batch_correlation": 0.0, **data}
        return data

    @model_validator(mode="after")
    def _one_draw_each(self) -> Self:
        if self.batch_selection == "particle" and self.batch_correlation != 0:
            refuse(
                [
                    f"batch_correlation: got {self.batch_correlation}, allowed with batch_selection "
                    "'particle': 0 (two particles draw independently)"
                ]
            )
        return self


class Kicks(Strict):
    """Random organisation: x(t+1) = x(t) + kicks on particles in contact + sigma xi(t)."""

    kick_size: Number = Field(description="eps_k: largest length of a kick, in diameters", gt=0, le=10)
    kick_correlation: Number = Field(
        -1.0,
        description="c_s: probability (negative) that both partners take the same draw; -1 is reciprocal",
        ge=-1,
        le=0,
    )
    noise: Noise = White(kind="white", strength=0.0)


class BiasedKicks(Kicks):
    """BRO: each contact kicks both partners apart by eps_k u, u uniform in [0, 1)."""

    kind: Literal["bro"] = Field(description="kicks eps_k u_ij n_ij along the line of centres")


class RandomKicks(Kicks):
    """RO: each contact kicks both partners by eps_k u in a fresh isotropic direction."""

    kind: Literal["ro"] = Field(description="kicks eps_k u_ij in an isotropic direction")


Dynamics = Annotated[Gradient | BiasedKicks | RandomKicks, Field(discriminator="kind")]
