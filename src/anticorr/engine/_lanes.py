"""Eight candidates at once: which of them lie within reach, packed at the end of a list without a branch.

Numba offers no way to say "store only the lanes whose flag is set, one after the other", which is what
makes a list of contacts out of a line of distances. The three functions here say it in LLVM's words
(vectors of eight, llvm.experimental.vector.compress): single instructions where the processor has them
(AVX-512), a short sequence elsewhere, and the same result everywhere. They differ in where the two
partners come from:

    append_ahead    slots i, i + 1, ...    with the slots i + n, i + n + 1, ...
    append_beside   slots i, i + 1, ...    with the slots low[lane] + n
    append_listed   slots first[lane]      with the slots second[lane]

Each returns the new length of the list. Without compilation (NUMBA_DISABLE_JIT=1) plain Python forms are
used, which also say what is computed.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from anticorr.accelerate import compiled, intrinsic, ir, types

LANES = 8
_MASK, _I32, _I64, _F64 = ir.IntType(LANES), ir.IntType(32), ir.IntType(64), ir.DoubleType()
_WHOLE, _REAL = ir.VectorType(_I32, LANES), ir.VectorType(_F64, LANES)
_FLAGS = ir.VectorType(ir.IntType(1), LANES)


Lanes = tuple[ir.Value, ir.Value, list[ir.Value], ir.Value | None]
"""Of eight lanes: first and second slots, separations by axis, and which are valid (all where None)."""


class _Emitter:
    """Writes LLVM instructions for eight lanes; the arguments of an intrinsic go by their names."""

    def __init__(
        self, context: Any, builder: Any, kinds: dict[str, Any], values: dict[str, ir.Value]
    ) -> None:
        self.builder, self.values = builder, values
        self.arrays = {
            name: context.make_array(kind)(context, builder, values[name])
            for name, kind in kinds.items()
            if isinstance(kind, types.Array)
        }

    def pointer(self, name: str, index: ir.Value) -> ir.Value:
        return self.builder.gep(self.arrays[name].data, [index])

    def row(self, name: str, axis: int) -> ir.Value:
        """Number of the first entry of row `axis` of an array."""
        return self.builder.mul(self.builder.extract_value(self.arrays[name].shape, 1), _I64(axis))

    def eight(self, name: str, index: ir.Value, wide: ir.Type) -> ir.Value:
        """Eight entries from `index` on."""
        place = self.builder.bitcast(self.pointer(name, index), wide.as_pointer())
        value = self.builder.load(place)
        value.align = 4
        return value

    def put(self, name: str, index: ir.Value, value: ir.Value) -> None:
        place = self.builder.bitcast(self.pointer(name, index), value.type.as_pointer())
        self.builder.store(value, place).align = 4

    def spread(self, value: ir.Value) -> ir.Value:
        """All eight lanes the same."""
        wide = ir.VectorType(value.type, LANES)
        nothing = ir.Constant(wide, ir.Undefined)
        first = self.builder.insert_element(nothing, value, _I32(0))
        return self.builder.shuffle_vector(first, nothing, ir.Constant(_WHOLE, [0] * LANES))

    def count_up(self, start: ir.Value) -> ir.Value:
        """start, start + 1, ... of 32 bits."""
        lane = ir.Constant(_WHOLE, list(range(LANES)))
        return self.builder.add(self.spread(self.builder.trunc(start, _I32)), lane)

    def numbers(self, name: str, index: ir.Value) -> list[ir.Value]:
        """Eight entries from `index` on, each as an index."""
        places = [self.builder.add(index, _I64(lane)) for lane in range(LANES)]
        return [self.builder.zext(self.builder.load(self.pointer(name, p)), _I64) for p in places]

    def in_line(self, axis: int, i: ir.Value) -> ir.Value:
        """Component `axis` of the positions of the slots i, i + 1, ..."""
        return self.eight("position", self.builder.add(self.row("position", axis), i), _REAL)

    def anywhere(self, axis: int, slots: list[ir.Value]) -> ir.Value:
        """The same of eight slots. Eight loads: faster than a gather on most processors."""
        row = self.row("position", axis)
        value = ir.Constant(_REAL, ir.Undefined)
        for lane, slot in enumerate(slots):
            one = self.builder.load(self.pointer("position", self.builder.add(row, slot)))
            value = self.builder.insert_element(value, one, _I32(lane))
        return value

    def append(
        self, first: ir.Value, second: ir.Value, gaps: list[ir.Value], valid: ir.Value | None
    ) -> ir.Value:
        """Pack the lanes that are valid (all where None) and nearer than the limit at the end of the list;
        gaps: separations by axis. Returns the new length."""
        builder, n = self.builder, self.values["n"]
        square = builder.fmul(gaps[0], gaps[0])
        for gap in gaps[1:]:
            square = builder.fadd(square, builder.fmul(gap, gap))
        near = builder.fcmp_ordered("<", square, self.spread(self.values["limit"]))
        flags = near if valid is None else builder.and_(near, valid)
        bits = builder.bitcast(flags, _MASK)
        with builder.if_then(builder.icmp_unsigned("!=", bits, _MASK(0))):
            for name, value in (("first", first), ("second", second), ("square", square)):
                self.put(name, n, self._packed(value, flags))
            for axis, gap in enumerate(gaps):
                place = builder.add(self.row("separation", axis), n)
                self.put("separation", place, self._packed(gap, flags))
        return builder.add(n, builder.zext(builder.ctpop(bits), _I64))

    def _packed(self, value: ir.Value, flags: ir.Value) -> ir.Value:
        name = "llvm.experimental.vector.compress.v8" + ("f64" if value.type == _REAL else "i32")
        wide = value.type
        compress = self.builder.module.globals.get(name) or ir.Function(
            self.builder.module, ir.FunctionType(wide, [wide, _FLAGS, wide]), name
        )
        return self.builder.call(compress, [value, flags, ir.Constant(wide, ir.Undefined)])


def _appending(
    kinds: dict[str, Any], partners: Callable[[_Emitter, dict[str, ir.Value]], Lanes]
) -> tuple[Any, Callable[..., ir.Value]]:
    """Signature and code of an intrinsic. kinds: the types of its arguments by name; partners(emit, value)
    gives first and second slots, separations by axis, and which lanes are valid."""
    kinds = {n: types.int64 if isinstance(kind, types.Integer) else kind for n, kind in kinds.items()}
    kinds.pop("typing")

    def generate(context: Any, builder: Any, signature: Any, arguments: list[ir.Value]) -> ir.Value:
        emit = _Emitter(context, builder, kinds, dict(zip(kinds, arguments, strict=True)))
        return emit.append(*partners(emit, emit.values))

    return types.int64(*kinds.values()), generate


if compiled():

    @intrinsic
    def append_ahead(
        typing: Any, axes: Any, i: Any, ahead: Any, high: Any, group: Any, position: Any, limit: Any,
        first: Any, second: Any, square: Any, separation: Any, n: Any,
    ) -> Any:  # fmt: skip
        """Slots i ... i + 7 with i + ahead ...; lanes with a partner below high[group + lane]."""
        kinds = dict(locals())

        def partners(emit: _Emitter, value: dict[str, ir.Value]) -> Lanes:
            i, builder = value["i"], emit.builder
            j = builder.add(i, value["ahead"])
            gaps = [builder.fsub(emit.in_line(a, i), emit.in_line(a, j)) for a in range(axes.count)]
            partner = emit.count_up(j)
            valid = builder.icmp_unsigned("<", partner, emit.eight("high", value["group"], _WHOLE))
            return emit.count_up(i), partner, gaps, valid

        return _appending(kinds, partners)

    @intrinsic
    def append_beside(
        typing: Any, axes: Any, i: Any, low: Any, ahead: Any, high: Any, group: Any, position: Any,
        limit: Any, first: Any, second: Any, square: Any, separation: Any, n: Any,
    ) -> Any:  # fmt: skip
        """Slots i ... i + 7 with low[group + lane] + ahead; partners below high[group + lane]."""
        kinds = dict(locals())

        def partners(emit: _Emitter, value: dict[str, ir.Value]) -> Lanes:
            i, ahead, group, builder = value["i"], value["ahead"], value["group"], emit.builder
            slots = [builder.add(low, ahead) for low in emit.numbers("low", group)]
            gaps = [builder.fsub(emit.in_line(a, i), emit.anywhere(a, slots)) for a in range(axes.count)]
            partner = builder.add(emit.eight("low", group, _WHOLE), emit.spread(builder.trunc(ahead, _I32)))
            valid = builder.icmp_unsigned("<", partner, emit.eight("high", group, _WHOLE))
            return emit.count_up(i), partner, gaps, valid

        return _appending(kinds, partners)

    @intrinsic
    def append_listed(
        typing: Any, axes: Any, pair_first: Any, pair_second: Any, p: Any, position: Any, limit: Any,
        first: Any, second: Any, square: Any, separation: Any, n: Any,
    ) -> Any:  # fmt: skip
        """Pairs p ... p + 7 of a list."""
        kinds = dict(locals())

        def partners(emit: _Emitter, value: dict[str, ir.Value]) -> Lanes:
            p = value["p"]
            ones, others = emit.numbers("pair_first", p), emit.numbers("pair_second", p)
            gaps = [
                emit.builder.fsub(emit.anywhere(a, ones), emit.anywhere(a, others))
                for a in range(axes.count)
            ]
            return emit.eight("pair_first", p, _WHOLE), emit.eight("pair_second", p, _WHOLE), gaps, None

        return _appending(kinds, partners)

else:

    def _append(
        axes: tuple[int, ...], i: int, j: int, position: np.ndarray, limit: float, first: np.ndarray,
        second: np.ndarray, square: np.ndarray, separation: np.ndarray, n: int,
    ) -> int:  # fmt: skip
        gap = position[:, i] - position[:, j]
        if (gap * gap).sum() < limit:
            first[n], second[n], square[n], separation[:, n] = i, j, (gap * gap).sum(), gap
            n += 1
        return n

    def append_ahead(
        axes: tuple[int, ...], i: int, ahead: int, high: np.ndarray, group: int, position: np.ndarray,
        limit: float, first: np.ndarray, second: np.ndarray, square: np.ndarray, separation: np.ndarray,
        n: int,
    ) -> int:  # fmt: skip
        for lane in range(LANES):
            if i + lane + ahead < high[group + lane]:
                n = _append(
                    axes, i + lane, i + lane + ahead, position, limit, first, second, square, separation, n
                )
        return n

    def append_beside(
        axes: tuple[int, ...], i: int, low: np.ndarray, ahead: int, high: np.ndarray, group: int,
        position: np.ndarray, limit: float, first: np.ndarray, second: np.ndarray, square: np.ndarray,
        separation: np.ndarray, n: int,
    ) -> int:  # fmt: skip
        for lane in range(LANES):
            j = int(low[group + lane]) + ahead
            if j < high[group + lane]:
                n = _append(axes, i + lane, j, position, limit, first, second, square, separation, n)
        return n

    def append_listed(
        axes: tuple[int, ...], pair_first: np.ndarray, pair_second: np.ndarray, p: int,
        position: np.ndarray, limit: float, first: np.ndarray, second: np.ndarray, square: np.ndarray,
        separation: np.ndarray, n: int,
    ) -> int:  # fmt: skip
        for q in range(p, p + LANES):
            i, j = pair_first[q], pair_second[q]
            n = _append(axes, i, j, position, limit, first, second, square, separation, n)
        return n
