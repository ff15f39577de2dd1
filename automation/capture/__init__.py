"""Run a flow and keep the exchanges and snapshots behind it, redacted."""

from automation.capture.capture import CaptureSink, capture_flow, typed_inputs
from automation.capture.linking import Acted, link

__all__ = ["Acted", "CaptureSink", "capture_flow", "link", "typed_inputs"]
