"""``report.html``: an evaluation as one page that needs no network, for the screen and for paper."""

from .documents import document_data
from .render import render

__all__ = ["document_data", "render"]
