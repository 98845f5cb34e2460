"""Training: corpora and their markup, readers, the training command. Installed as ``ie_model_training``."""
