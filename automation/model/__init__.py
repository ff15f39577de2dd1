"""The nouns: frozen, without I/O, one per file."""

from automation.model.allowlist import AllowList, is_loopback, same_origin
from automation.model.answer import Answer, Call, Reply
from automation.model.api_token import ApiToken
from automation.model.assessment import (
    Assessment,
    EndpointReach,
    EntityReach,
    Means,
    strongest,
    weakest,
)
from automation.model.audit import AuditEntry, AuditHead, AuditSeal
from automation.model.binding import (
    Binding,
    Chosen,
    Computed,
    Constant,
    Derived,
    FromClock,
    FromSecret,
    FromSession,
    Input,
    Otp,
    Paged,
    Random,
    Unknown,
)
from automation.model.capture import Capture
from automation.model.challenge import Challenge
from automation.model.change import Change
from automation.model.changes import Changes
from automation.model.coverage import Coverage, Ended, Way
from automation.model.data_key import DataKey
from automation.model.egress import DIRECT, Egress
from automation.model.endpoint import (
    Endpoint,
    Pagination,
    Reach,
    RequestTemplate,
    ResponseShape,
    Rung,
    Slot,
    Stop,
)
from automation.model.exchange import Body, Dropped, Exchange, Headers, Request, Response
from automation.model.flow import Flow, FlowInput
from automation.model.grant import SECRET_NAMES, WEBHOOK_SECRET, Grant
from automation.model.mapping import (
    TRANSFORMS,
    Case,
    CustomPairs,
    FieldMap,
    Kind,
    Lookup,
    Mapping,
    Transform,
    TransformRule,
)
from automation.model.noun import Noun
from automation.model.oauth import OAuth, OAuthClient, Tokens
from automation.model.organization import DEFAULT_ORGANIZATION, Organization
from automation.model.portal import (
    Denied,
    Horizon,
    LoginOutcome,
    Meaning,
    Pace,
    Portal,
    SignedOut,
    Upkeep,
)
from automation.model.practice import Credential, Practice, ProxyCredential
from automation.model.profile import (
    Entries,
    Profile,
    ProfileChange,
    ProfilePlan,
    ProfileSection,
    compare_profiles,
)
from automation.model.quiet import in_quiet_hours, quiet_until, refuse_quiet
from automation.model.receipt import Receipt
from automation.model.run import Outcome, Run
from automation.model.secret import Secret
from automation.model.session_state import Cookie, SessionState
from automation.model.session_status import (
    HttpStuck,
    Lifetimes,
    Probe,
    SessionPhase,
    SessionStatus,
)
from automation.model.snapshot import Element, Snapshot
from automation.model.source import Source
from automation.model.step import (
    Check,
    Click,
    Expect,
    Fill,
    Goto,
    Hover,
    Press,
    Scroll,
    Select,
    Signal,
    Step,
    Upload,
    When,
)
from automation.model.target import Evidence, Fingerprint, Locator, Target

__all__ = [
    "DEFAULT_ORGANIZATION",
    "DIRECT",
    "SECRET_NAMES",
    "TRANSFORMS",
    "WEBHOOK_SECRET",
    "AllowList",
    "Answer",
    "ApiToken",
    "Assessment",
    "AuditEntry",
    "AuditHead",
    "AuditSeal",
    "Binding",
    "Body",
    "Call",
    "Capture",
    "Case",
    "Challenge",
    "Change",
    "Changes",
    "Check",
    "Chosen",
    "Click",
    "Computed",
    "Constant",
    "Cookie",
    "Coverage",
    "Credential",
    "CustomPairs",
    "DataKey",
    "Denied",
    "Derived",
    "Dropped",
    "Egress",
    "Element",
    "Ended",
    "Endpoint",
    "EndpointReach",
    "EntityReach",
    "Entries",
    "Evidence",
    "Exchange",
    "Expect",
    "FieldMap",
    "Fill",
    "Fingerprint",
    "Flow",
    "FlowInput",
    "FromClock",
    "FromSecret",
    "FromSession",
    "Goto",
    "Grant",
    "Headers",
    "Horizon",
    "Hover",
    "HttpStuck",
    "Input",
    "Kind",
    "Lifetimes",
    "Locator",
    "LoginOutcome",
    "Lookup",
    "Mapping",
    "Meaning",
    "Means",
    "Noun",
    "OAuth",
    "OAuthClient",
    "Organization",
    "Otp",
    "Outcome",
    "Pace",
    "Paged",
    "Pagination",
    "Portal",
    "Practice",
    "Press",
    "Probe",
    "Profile",
    "ProfileChange",
    "ProfilePlan",
    "ProfileSection",
    "ProxyCredential",
    "Random",
    "Reach",
    "Receipt",
    "Reply",
    "Request",
    "RequestTemplate",
    "Response",
    "ResponseShape",
    "Run",
    "Rung",
    "Scroll",
    "Secret",
    "Select",
    "SessionPhase",
    "SessionState",
    "SessionStatus",
    "Signal",
    "SignedOut",
    "Slot",
    "Snapshot",
    "Source",
    "Step",
    "Stop",
    "Target",
    "Tokens",
    "Transform",
    "TransformRule",
    "Unknown",
    "Upkeep",
    "Upload",
    "Way",
    "When",
    "compare_profiles",
    "in_quiet_hours",
    "is_loopback",
    "quiet_until",
    "refuse_quiet",
    "same_origin",
    "strongest",
    "weakest",
]
