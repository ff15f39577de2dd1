"""Turn answers into entities by declared mappings."""
