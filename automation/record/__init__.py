"""Turns what a person does in a browser into a flow that runs on another day."""

from automation.record.flow import (
    record_flow,
    same_flow,
    with_second_values,
    without_evidence,
)
from automation.record.known import Known

__all__ = ["Known", "record_flow", "same_flow", "with_second_values", "without_evidence"]
