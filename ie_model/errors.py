"""One exception family: whatever a user can cause ends as an :class:`IEModelError` with a one-line message."""


class IEModelError(Exception):
    """Base of all errors that a user's input, files or settings can cause. The message is one line."""


class InputError(IEModelError):
    """A document cannot be read: missing, unreadable, binary, wrongly encoded."""


class SchemeError(IEModelError):
    """An ``annotation.conf`` is malformed or asks for something the code does not support."""


class StandoffError(IEModelError):
    """A brat standoff file does not fit its text or its scheme."""


class ModelError(IEModelError):
    """A model folder is missing, damaged, or of an incompatible version."""
