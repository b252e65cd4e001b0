"""Density modes taken while the particles move, so that S(k) needs no frames."""

import numpy as np

from anticorr.engine.run import Observer, Sink
from anticorr.engine.snapshot import Snapshot
from anticorr.specs import Spec
from anticorr.spectra.structure_factor import DensityModes
from anticorr.spectra.wavevectors import half_space


def observe_modes(spec: Spec, sink: Sink) -> list[Observer]:
    """What the `modes` section of a spec asks to look at; the wavevectors go to the sink at once."""
    system = spec.system
    assert spec.record.modes is not None
    n = half_space(system.box_side, system.dimension, spec.record.modes.k_max)
    sink.put("wavevector", n)
    modes_of = DensityModes(system.box_side, n)

    def rows(seen: Snapshot) -> dict[str, np.ndarray]:
        rho = modes_of(seen.position)
        made = {"mode_step": np.array(seen.step), "mode_real": rho.real, "mode_imag": rho.imag}
        if spec.record.stripped:
            rho = modes_of(seen.stripped_position)
            made |= {"mode_real_stripped": rho.real, "mode_imag_stripped": rho.imag}
        return made

    return [Observer(spec.schedule.relax_steps, spec.modes_every, rows)]
