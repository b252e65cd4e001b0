"""What theory predicts, what was measured, and whether they agree.

`claimed` judges the claims of a configuration, `supported` everything that records allow; `tables` writes
either as CSV, Markdown or HTML. A quantity is added in `catalogue`.
"""

from anticorr.figures.claims.rows import Row, Table, claimed, missing, supported
from anticorr.figures.claims.tables import to_csv, to_html, to_markdown

__all__ = ["Row", "Table", "claimed", "missing", "supported", "to_csv", "to_html", "to_markdown"]
