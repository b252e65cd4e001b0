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

from anticorr.accelerate import compiled, intrinsic, ir, types

LANES = 8
_MASK, _I32, _I64, _F64 = ir.IntType(LANES), ir.IntType(32), ir.IntType(64), ir.DoubleType()
_WHOLE, _REAL = ir.VectorType(_I32, LANES), ir.VectorType(_F64, LANES)
_FLAGS = ir.VectorType(ir.IntType(1), LANES)


class _Emitter:
    """Writes LLVM instructions for eight lanes; `data` are the arrays' first numbers."""

    def __init__(self, context, builder, signature, arguments):
        self.builder = builder
        self.arrays = {
            n: context.make_array(kind)(context, builder, value)
            for n, (kind, value) in enumerate(zip(signature.args, arguments, strict=True))
            if isinstance(kind, types.Array)
        }

    def pointer(self, n, index):
        return self.builder.gep(self.arrays[n].data, [index])

    def row(self, n, axis):
        """Number of the first entry of row `axis` of array n."""
        return self.builder.mul(self.builder.extract_value(self.arrays[n].shape, 1), _I64(axis))

    def eight(self, n, index, wide):
        value = self.builder.load(self.builder.bitcast(self.pointer(n, index), wide.as_pointer()))
        value.align = 4
        return value

    def put(self, n, index, value):
        place = self.builder.bitcast(self.pointer(n, index), value.type.as_pointer())
        self.builder.store(value, place).align = 4

    def spread(self, value):
        """All eight lanes the same."""
        wide = ir.VectorType(value.type, LANES)
        nothing = ir.Constant(wide, ir.Undefined)
        first = self.builder.insert_element(nothing, value, _I32(0))
        return self.builder.shuffle_vector(first, nothing, ir.Constant(_WHOLE, [0] * LANES))

    def count_up(self, start):
        """start, start + 1, ... of 32 bits."""
        lane = ir.Constant(_WHOLE, list(range(LANES)))
        return self.builder.add(self.spread(self.builder.trunc(start, _I32)), lane)

    def numbers(self, n, index):
        """Eight entries from `index` on, as indices."""
        places = [self.builder.add(index, _I64(lane)) for lane in range(LANES)]
        return [self.builder.zext(self.builder.load(self.pointer(n, p)), _I64) for p in places]

    def fetch(self, n, axis, slots):
        """Entries `slots` of row `axis`. Eight loads: faster than a gather on most processors."""
        row = self.row(n, axis)
        value = ir.Constant(_REAL, ir.Undefined)
        for lane, slot in enumerate(slots):
            one = self.builder.load(self.pointer(n, self.builder.add(row, slot)))
            value = self.builder.insert_element(value, one, _I32(lane))
        return value

    def append(self, limit, valid, first, second, separations, out, n):
        """Pack the lanes that are valid and nearer than the limit; `out`: numbers of the arrays of firsts,
        seconds, square distances and separations. Returns the new length of the list."""
        builder = self.builder
        square = builder.fmul(separations[0], separations[0])
        for separation in separations[1:]:
            square = builder.fadd(square, builder.fmul(separation, separation))
        near = builder.fcmp_ordered("<", square, self.spread(limit))
        flags = near if valid is None else builder.and_(near, valid)
        bits = builder.bitcast(flags, _MASK)
        with builder.if_then(builder.icmp_unsigned("!=", bits, _MASK(0))):
            for array, value in zip(out, (first, second, square), strict=False):
                self.put(array, n, self._packed(value, flags))
            for axis, separation in enumerate(separations):
                place = builder.add(self.row(out[3], axis), n)
                self.put(out[3], place, self._packed(separation, flags))
        return builder.add(n, builder.zext(builder.ctpop(bits), _I64))

    def _packed(self, value, flags):
        name = "llvm.experimental.vector.compress.v8" + ("f64" if value.type == _REAL else "i32")
        wide = value.type
        compress = self.builder.module.globals.get(name) or ir.Function(
            self.builder.module, ir.FunctionType(wide, [wide, _FLAGS, wide]), name
        )
        return self.builder.call(compress, [value, flags, ir.Constant(wide, ir.Undefined)])


if compiled():

    @intrinsic
    def append_ahead(
        typing, axes, i, ahead, high, group, position, limit, first, second, square, separation, n
    ):
        """Slots i ... i + 7 with i + ahead ...; lanes with a partner below high[group + lane]."""
        d = axes.count

        def generate(context, builder, signature, arguments):
            emit = _Emitter(context, builder, signature, arguments)
            i, ahead, group, limit, n = (arguments[k] for k in (1, 2, 4, 6, 11))
            j = builder.add(i, ahead)
            partner = emit.count_up(j)
            valid = builder.icmp_unsigned("<", partner, emit.eight(3, group, _WHOLE))
            gaps = [
                builder.fsub(
                    emit.eight(5, builder.add(emit.row(5, a), i), _REAL),
                    emit.eight(5, builder.add(emit.row(5, a), j), _REAL),
                )
                for a in range(d)
            ]
            return emit.append(limit, valid, emit.count_up(i), partner, gaps, (7, 8, 9, 10), n)

        whole = types.int64
        signature = whole(
            axes,
            whole,
            whole,
            high,
            whole,
            position,
            types.float64,
            first,
            second,
            square,
            separation,
            whole,
        )
        return signature, generate

    @intrinsic
    def append_beside(
        typing, axes, i, low, ahead, high, group, position, limit, first, second, square, separation, n
    ):
        """Slots i ... i + 7 with low[group + lane] + ahead; partners below high[group + lane]."""
        d = axes.count

        def generate(context, builder, signature, arguments):
            emit = _Emitter(context, builder, signature, arguments)
            i, ahead, group, limit, n = (arguments[k] for k in (1, 3, 5, 7, 12))
            partner = builder.add(emit.eight(2, group, _WHOLE), emit.spread(builder.trunc(ahead, _I32)))
            valid = builder.icmp_unsigned("<", partner, emit.eight(4, group, _WHOLE))
            slots = [builder.add(low, ahead) for low in emit.numbers(2, group)]
            gaps = [
                builder.fsub(emit.eight(6, builder.add(emit.row(6, a), i), _REAL), emit.fetch(6, a, slots))
                for a in range(d)
            ]
            return emit.append(limit, valid, emit.count_up(i), partner, gaps, (8, 9, 10, 11), n)

        whole = types.int64
        signature = whole(
            axes,
            whole,
            low,
            whole,
            high,
            whole,
            position,
            types.float64,
            first,
            second,
            square,
            separation,
            whole,
        )
        return signature, generate

    @intrinsic
    def append_listed(
        typing, axes, pair_first, pair_second, p, position, limit, first, second, square, separation, n
    ):
        """Pairs p ... p + 7 of a list."""
        d = axes.count

        def generate(context, builder, signature, arguments):
            emit = _Emitter(context, builder, signature, arguments)
            p, limit, n = (arguments[k] for k in (3, 5, 10))
            ones, others = emit.numbers(1, p), emit.numbers(2, p)
            gaps = [builder.fsub(emit.fetch(4, a, ones), emit.fetch(4, a, others)) for a in range(d)]
            one, other = emit.eight(1, p, _WHOLE), emit.eight(2, p, _WHOLE)
            return emit.append(limit, None, one, other, gaps, (6, 7, 8, 9), n)

        whole = types.int64
        signature = whole(
            axes,
            pair_first,
            pair_second,
            whole,
            position,
            types.float64,
            first,
            second,
            square,
            separation,
            whole,
        )
        return signature, generate

else:

    def _append(axes, i, j, position, limit, first, second, square, separation, n):
        gap = position[:, i] - position[:, j]
        if (gap * gap).sum() < limit:
            first[n], second[n], square[n], separation[:, n] = i, j, (gap * gap).sum(), gap
            n += 1
        return n

    def append_ahead(axes, i, ahead, high, group, position, limit, *out):
        *arrays, n = out
        for lane in range(LANES):
            if i + lane + ahead < high[group + lane]:
                n = _append(axes, i + lane, i + lane + ahead, position, limit, *arrays, n)
        return n

    def append_beside(axes, i, low, ahead, high, group, position, limit, *out):
        *arrays, n = out
        for lane in range(LANES):
            if low[group + lane] + ahead < high[group + lane]:
                n = _append(axes, i + lane, int(low[group + lane]) + ahead, position, limit, *arrays, n)
        return n

    def append_listed(axes, pair_first, pair_second, p, position, limit, *out):
        *arrays, n = out
        for q in range(p, p + LANES):
            n = _append(axes, pair_first[q], pair_second[q], position, limit, *arrays, n)
        return n
