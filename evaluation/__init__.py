"""Evaluation: scores against gold, intervals, speed. Installed as ``ie_model_evaluation``."""
