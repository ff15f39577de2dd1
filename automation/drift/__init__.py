"""Compare what is seen with accepted baselines and name each difference."""

from automation.drift.baseline import Baseline, Comparison, Observation
from automation.drift.fields import FieldSignature
from automation.drift.looking import PageWatch
from automation.drift.network import LeafSignature, NetworkSignature, OperationSignature
from automation.drift.pages import (
    ElementSignature,
    PageSignature,
    StepSignature,
    TableSignature,
)
from automation.drift.watch import NetworkWatch

__all__ = [
    "Baseline",
    "Comparison",
    "ElementSignature",
    "FieldSignature",
    "LeafSignature",
    "NetworkSignature",
    "NetworkWatch",
    "Observation",
    "OperationSignature",
    "PageSignature",
    "PageWatch",
    "StepSignature",
    "TableSignature",
]
