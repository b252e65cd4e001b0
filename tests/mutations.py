"""Mutations of good data and of good YAML: what typing, copying and merging do to a file, and worse."""

import copy
import datetime
import math

from hypothesis import strategies as st

JUNK = [
    None, True, False, "", "x", "-1", "é", "日本", "a b", "a/b", "a\nb: c", "..", "\0", "%s {x} {{y}}",
    "x" * 50_000, 0, -0.0, -1, 0.5, 1e-320, 1e300, -1e300, math.nan, math.inf, -math.inf, 2**31 - 1,
    2**63, 2**64, 10**400, [], {}, [[]], [[[1], 2], {"a": [None]}], {"kind": "x"}, {"kind": ["ma1"]},
    {3: 4}, {None: 1}, {"": {"": 1}}, [1, 1], [math.nan] * 2, [True, 1, 1.0, "1"],
    [{"kind": "ma1"}, {"kind": "ma1"}], list(range(3000)), b"\xff", datetime.date(2024, 2, 29),
    datetime.datetime(2024, 2, 29, 1), {1, 2}, {"a.b": 1, "a": {"b": 2}}, "harmonic", "ma1", "lattice",
    {"file": "x.nc"}, "dynamics.noise.correlation", "sweeps", "*", "temporal/*", "[",
]  # fmt: skip
NAMES = [
    "", "kind", "set", "grid", "linked", "points", "design", "base", "seed", "seeds", "extends", "sweeps",
    "name", "correlation", "dynamics.noise.correlation", "dynamics.noise", "system.particles", "seed-1",
    "training", "é", "..", "a\nb", "a: b", ".", "a.b.c", "x" * 5000, 0, 1.5, None, True, (1, 2), "<<",
]  # fmt: skip
PIECES = [
    "\t", "  ", "\n", ":", "- ", "*nothing", "&a *a", "&a [*a]", "<<: *nothing\n", "<<: 3\n", "{", "]",
    "'", '"', "!!python/object:os.system x", "!!timestamp x", "!!bool x", "!!int ''", "!!binary é",
    "!!set {a, b}", "? ", "!!map x", "%YAML", "---\n", "...\n", "\0", "\x07", "\ufeff", "= ",
    "0x" + "f" * 9000, "9" * 9000, "1" * 4000, "2024-99-99", "~", ".nan", "base: {}\n", "sweeps: {}\n",
    "seeds: [1]\n", "@", "`", "#", ",", "|\n", "a: " * 40, "[" * 3000,
]  # fmt: skip

_number = st.integers(0, 10**6)
_junk = st.integers(0, len(JUNK) - 1)  # by place: not all of it can be printed
_misspelt = st.sampled_from(["drop", "double", "swap", "upper"])
changes = st.one_of(
    st.tuples(st.just("delete"), _number),
    st.tuples(st.just("replace"), _number, _junk),
    st.tuples(st.just("wrap"), _number, st.integers(1, 30)),
    st.tuples(st.just("twice"), _number, st.sampled_from(NAMES)),
    st.tuples(st.just("rename"), _number, st.sampled_from(NAMES)),
    st.tuples(st.just("misspell"), _number, _misspelt, _number),
    st.tuples(st.just("swap"), _number, _number),
    st.tuples(st.just("graft"), _number, _number, st.sampled_from(NAMES)),
    st.tuples(st.just("add"), _number, st.sampled_from(NAMES), _junk),
)
"""One change of nested data; see `mutated`."""

edits = st.one_of(
    st.tuples(st.just("insert"), _number, st.sampled_from(PIECES)),
    st.tuples(st.just("insert"), _number, st.binary(min_size=1, max_size=4)),
    st.tuples(st.just("cut"), _number, st.integers(1, 40)),
    st.tuples(st.just("end"), _number),
    st.tuples(st.sampled_from(["indent", "outdent", "tab", "double line", "drop line"]), _number),
    st.tuples(st.just("move line"), _number, _number),
)
"""One change of text; see `edited`."""


def places(data):
    """(container, key) of every value in nested data."""
    found, waiting = [], [data]
    while waiting:
        section = waiting.pop()
        keys = section if isinstance(section, dict) else range(len(section))
        for key in keys:
            found.append((section, key))
            if isinstance(section[key], dict | list):
                waiting.append(section[key])
    return found


def mutated(data, changes):
    """A copy of nested data after these changes."""
    data = copy.deepcopy(data)
    for kind, number, *more in changes:
        every = places(data)
        if not every:
            return data
        section, key = every[number % len(every)]
        value = section[key]
        if kind == "delete":
            del section[key]
        elif kind == "replace":
            section[key] = copy.deepcopy(JUNK[more[0]])
        elif kind == "wrap":
            section[key] = [copy.deepcopy(value) for _ in range(more[0])]
        elif kind == "swap":
            other, there = every[more[0] % len(every)]
            section[key], other[there] = copy.deepcopy(other[there]), copy.deepcopy(value)
        elif kind == "graft":
            other, there = every[more[0] % len(every)]
            _put(other[there], more[1], copy.deepcopy(value))
        elif kind == "add":
            _put(value, more[0], copy.deepcopy(JUNK[more[1]]))
        elif kind == "twice":
            _put(section, more[0], copy.deepcopy(value))
        elif isinstance(section, dict):
            name = more[0] if kind == "rename" else misspelt(str(key), *more)
            entries = [(name if k == key else k, v) for k, v in section.items()]
            section.clear()
            section.update(entries)
    return data


def _put(section, name, value):
    if isinstance(section, dict):
        section[name] = value
    elif isinstance(section, list):
        section.append(value)


def misspelt(word, how, number):
    """A word with a slip of the finger."""
    n = number % max(1, len(word))
    letter = word[n : n + 1]
    if how == "swap":
        return word[:n] + word[n + 1 : n + 2] + letter + word[n + 2 :]
    return word[:n] + {"drop": "", "double": 2 * letter, "upper": letter.upper()}[how] + word[n + 1 :]


def edited(text, edits):
    """A file's bytes after these edits."""
    data = text.encode()
    for kind, number, *more in edits:
        at, lines = number % (len(data) + 1), data.split(b"\n")
        n = number % len(lines)
        if kind == "insert":
            piece = more[0] if isinstance(more[0], bytes) else more[0].encode("utf-8", "surrogatepass")
            data = data[:at] + piece + data[at:]
        elif kind == "cut":
            data = data[:at] + data[at + more[0] :]
        elif kind == "end":
            data = data[:at]
        else:
            line = lines[n]
            if kind == "move line":
                lines.insert(more[0] % len(lines), lines.pop(n))
            else:
                lines[n : n + 1] = {
                    "indent": [b"  " + line], "outdent": [line[1:]], "tab": [b"\t" + line.lstrip()],
                    "double line": [line, line], "drop line": [],
                }[kind]  # fmt: skip
            data = b"\n".join(lines)
    return data
