"""Compare what is seen with accepted baselines and name each difference."""

from automation.drift.baseline import Baseline, Comparison, Observation
from automation.drift.consumption import (
    Consumption,
    FieldUse,
    OperationUse,
    StepUse,
    consumption_of,
)
from automation.drift.fields import FieldSignature
from automation.drift.healing import Repair, locator_repairs, step_repairs
from automation.drift.incidents import Followed, follow
from automation.drift.judging import Judged, Release, findings, judge, releases, weight
from automation.drift.looking import PageWatch
from automation.drift.moving import moved
from automation.drift.network import LeafSignature, NetworkSignature, OperationSignature
from automation.drift.pages import (
    ElementSignature,
    PageSignature,
    StepSignature,
    TableSignature,
)
from automation.drift.patching import difference, inverted, patched
from automation.drift.presence import LEARNING
from automation.drift.remapping import Remapped, Way, lost_fields, remapped
from automation.drift.rules import RULES, Rule
from automation.drift.watch import NetworkWatch

__all__ = [
    "LEARNING",
    "RULES",
    "Baseline",
    "Comparison",
    "Consumption",
    "ElementSignature",
    "FieldSignature",
    "FieldUse",
    "Followed",
    "Judged",
    "LeafSignature",
    "NetworkSignature",
    "NetworkWatch",
    "Observation",
    "OperationSignature",
    "OperationUse",
    "PageSignature",
    "PageWatch",
    "Release",
    "Remapped",
    "Repair",
    "Rule",
    "StepSignature",
    "StepUse",
    "TableSignature",
    "Way",
    "consumption_of",
    "difference",
    "findings",
    "follow",
    "inverted",
    "judge",
    "locator_repairs",
    "lost_fields",
    "moved",
    "patched",
    "releases",
    "remapped",
    "step_repairs",
    "weight",
]
