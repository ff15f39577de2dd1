"""Infer typed, explainable endpoints from captures."""
