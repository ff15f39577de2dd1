"""Run a flow and keep the exchanges and snapshots behind it, redacted."""

from automation.capture.archive import Archive, read_capture
from automation.capture.capture import CaptureSink, capture_flow, typed_inputs, used_values
from automation.capture.envelope import Sealer
from automation.capture.har import to_har
from automation.capture.linking import Acted, link
from automation.capture.writing import CaptureWriter

__all__ = [
    "Acted",
    "Archive",
    "CaptureSink",
    "CaptureWriter",
    "Sealer",
    "capture_flow",
    "link",
    "read_capture",
    "to_har",
    "typed_inputs",
    "used_values",
]
