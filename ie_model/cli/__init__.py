"""The command ``ie-model``; its sub-commands are found through the entry-point group ``ie_model.commands``."""
