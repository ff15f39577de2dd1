"""The only reader and writer of ``flows/``, and the only door to YAML."""

from automation.catalog.catalog import Catalog
from automation.catalog.writing import canonical_text

__all__ = ["Catalog", "canonical_text"]
