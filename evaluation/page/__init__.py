"""``report.html``: an evaluation as one page that needs no network, for the screen and for paper."""

from .render import render

__all__ = ["render"]
