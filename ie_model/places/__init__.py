"""Places and bodies: from the words of a text to official codes and one name."""

from .gazetteer import Level, Place, by_code, lookup

__all__ = ["Level", "Place", "by_code", "lookup"]
