"""One page of a finished scale: figures with captions, claims, what ran, where it came from.

The page is a file by itself: no script, no network, images within. It says nothing that is not in its
arguments, so that the same results give the same page.
"""

from anticorr.report.captions import Caption, caption
from anticorr.report.page import page

__all__ = ["Caption", "caption", "page"]
