"""Captures become endpoints: every leaf of every request explained; pure."""

from automation.infer.infer import Inference, infer_endpoints
from automation.infer.observe import Left

__all__ = ["Inference", "Left", "infer_endpoints"]
