"""Turn answers into entities by declared mappings."""

from automation.normalise.normaliser import Normaliser, normalise_answer
from automation.normalise.rows import Tables

__all__ = ["Normaliser", "Tables", "normalise_answer"]
