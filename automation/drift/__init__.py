"""Compare what is seen with accepted baselines and name each difference."""

from automation.drift.fields import FieldSignature
from automation.drift.network import LeafSignature, NetworkSignature, OperationSignature
from automation.drift.watch import NetworkWatch

__all__ = [
    "FieldSignature",
    "LeafSignature",
    "NetworkSignature",
    "NetworkWatch",
    "OperationSignature",
]
