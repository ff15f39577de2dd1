"""Turn answers into entities by declared mappings."""

from automation.normalise.normaliser import Normaliser, normalise_answer

__all__ = ["Normaliser", "normalise_answer"]
