"""One page in which a person slides c_t, c_s and H over the states that were run.

Records are chosen by what they say of their run, states are grouped into families by what varies in their
specs, and the page shows one state at a time. It says nothing that is not in the records, so that the same
records give the same page.
"""

from anticorr.explorer.chosen import chosen
from anticorr.explorer.families import Family, families
from anticorr.explorer.page import page

__all__ = ["Family", "chosen", "families", "page"]
