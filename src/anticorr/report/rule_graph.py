"""The graph of the rules as SVG: names below each other, an arc to every rule that reads what one made."""

from html import escape

_ROW, _LEFT, _TOP = 30, 112, 16
"""Height of a row, place of the nodes, place of the first one; in pixels."""
_BULGE = 13
"""How far out an arc reaches for every row that it spans."""


def arcs(reads: dict[str, list[str]]) -> str:
    """reads: the rules whose output each rule reads, which stand above it."""
    row = {rule: n for n, rule in enumerate(reads)}
    links = [(row[other], row[rule]) for rule, others in reads.items() for other in others]
    longest = max((below - above for above, below in links), default=1)
    width = _LEFT + _BULGE * longest + 12
    height = 2 * _TOP + _ROW * (len(row) - 1)
    drawn = [_arc(above, below) for above, below in links]
    for rule, n in row.items():
        y = _TOP + _ROW * n
        drawn.append(f'<circle cx="{_LEFT}" cy="{y}" r="4.5"/>')
        drawn.append(f'<text x="{_LEFT - 12}" y="{y + 4.5}">{escape(rule)}</text>')
    told = "; ".join(
        f"{rule} reads from {', '.join(others) or 'no other'}" for rule, others in reads.items()
    )
    return (
        f'<svg class="rules" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="graph of the rules: {escape(told)}">\n{chr(10).join(drawn)}\n</svg>'
    )


def _arc(above: int, below: int) -> str:
    """From the lower edge of a node to the upper edge of one below; bent, where others lie between."""
    start, end = _TOP + _ROW * above, _TOP + _ROW * below
    if below == above + 1:
        return f'<path d="M{_LEFT} {start} V{end}"/>'
    out = _LEFT + 4 / 3 * _BULGE * (below - above)  # a cubic reaches three quarters of its handles
    return f'<path d="M{_LEFT} {start} C{out:.1f} {start} {out:.1f} {end} {_LEFT} {end}"/>'
