"""The array type of signatures. Docstrings give shapes.

thinc types its arrays by protocols of its own that numpy's arrays do not match, so a common type says nothing more.
"""

from typing import Any, TypeAlias

Array: TypeAlias = Any
