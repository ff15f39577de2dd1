"""Turn answers into entities by declared mappings, and into profiles."""

from automation.normalise.normaliser import Normaliser, normalise_answer
from automation.normalise.rows import Sections, Tables
from automation.normalise.sections import read_section

__all__ = ["Normaliser", "Sections", "Tables", "normalise_answer", "read_section"]
