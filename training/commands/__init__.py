"""The commands ``ie-model train`` and ``ie-model corpus``."""
