"""The one table of rules, in the order in which they are asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, Literal, NamedTuple

from automation.drift.rules import (
    answers,
    flows,
    forms,
    layout,
    lists,
    locators,
    operations,
    requests,
    structure,
    values,
)
from automation.drift.view import Change, View
from automation.model import Severity

Origin = Literal["schema", "data", "ui", "auth", "flow", "transport", "environment"]
BREAKING: Final = Severity.BREAKING
RISKY: Final = Severity.RISKY
COSMETIC: Final = Severity.COSMETIC


class Rule(NamedTuple):
    """One rule of the catalogue.

    Attributes:
        id: its name in findings.
        check: gives the changes it sees.
        used: severity where something that is used changed.
        origin: where such a change comes from.
        unused: severity where nothing of ours is touched.
    """

    id: str
    check: Callable[[View], Iterator[Change]]
    used: Severity
    origin: Origin = "schema"
    unused: Severity = COSMETIC


RULES: Final[tuple[Rule, ...]] = (
    Rule("net.op.replaced", operations.replaced, BREAKING),
    Rule("net.op.method", operations.method, BREAKING),
    Rule("net.op.host", operations.host, RISKY, "transport"),
    Rule("net.op.version", operations.version, RISKY),
    Rule("net.op.graphql", operations.graphql, RISKY),
    Rule("net.op.gone", operations.gone, BREAKING),
    Rule("net.op.new", operations.new, COSMETIC),
    Rule("net.op.order", operations.order, RISKY),
    Rule("net.op.count", operations.count, RISKY),
    Rule("net.req.csrf", requests.csrf, BREAKING, "auth"),
    Rule("net.req.signature", requests.signature, BREAKING, "auth"),
    Rule("net.req.client", requests.client, BREAKING, "auth"),
    Rule("net.req.auth.header", requests.auth_header, BREAKING, "auth"),
    Rule("net.req.encoding", requests.encoding, BREAKING),
    Rule("net.req.param.new", requests.param_new, RISKY),
    Rule("net.req.param.gone", requests.param_gone, RISKY),
    Rule("net.req.retyped", requests.retyped, BREAKING),
    Rule("net.res.status.class", answers.status_class, BREAKING, "transport"),
    Rule("net.res.status.code", answers.status_code, RISKY, "transport"),
    Rule("net.res.redirect", answers.redirect, RISKY, "transport"),
    Rule("net.res.ctype", answers.content_type, RISKY, "transport"),
    Rule("net.res.empty", answers.empty, BREAKING, "transport"),
    Rule("net.res.encoding", answers.encoding, COSMETIC, "transport"),
    Rule("net.res.header.req", answers.header_required, BREAKING, "transport"),
    Rule("net.res.deprecation", answers.deprecation, RISKY, "transport"),
    Rule("net.ops.latency", answers.latency, COSMETIC, "transport"),
    Rule("net.ops.ratelimit", answers.rate_limit, RISKY, "transport"),
    Rule("net.ops.size", answers.size, RISKY, "transport"),
    Rule("net.sec.tls", answers.secured, RISKY, "transport"),
    Rule("net.sec.csp", answers.policy, RISKY, "transport"),
    Rule("net.sec.hsts", answers.strict_transport, RISKY, "transport"),
    Rule("net.body.error200", lists.error_in_success, BREAKING),
    Rule("net.body.field.moved", structure.moved, BREAKING),
    Rule("net.body.field.renamed", structure.renamed, BREAKING),
    Rule("net.body.field.gone", structure.gone, BREAKING),
    Rule("net.body.field.optional", structure.optional, RISKY),
    Rule("net.body.field.new", structure.new, COSMETIC),
    Rule("net.body.retyped", structure.retyped, BREAKING),
    Rule("net.body.nullable", structure.nullable, RISKY),
    Rule("net.body.firstvalue", structure.first_value, COSMETIC, "data"),
    Rule("net.body.enum.new", values.enum_new, RISKY, "data"),
    Rule("net.body.format", values.format_changed, RISKY),
    Rule("net.body.unit", values.unit, BREAKING, "data"),
    Rule("net.body.id", values.identity, BREAKING),
    Rule("net.body.enc", values.encoded, BREAKING),
    Rule("net.body.pii", values.personal, COSMETIC, "data"),
    Rule("net.body.array.empty", lists.array_empty, RISKY, "data"),
    Rule("net.body.array.len", lists.array_length, RISKY, "data"),
    Rule("net.body.page", lists.paging, COSMETIC),
    Rule("net.body.order", lists.row_order, COSMETIC, "data"),
    Rule("dom.flow.captcha", flows.asks("captcha"), BREAKING, "environment"),
    Rule("dom.flow.challenge", flows.asks("challenge"), BREAKING, "environment"),
    Rule("dom.flow.password.expired", flows.asks("password.expired"), BREAKING, "environment"),
    Rule("dom.flow.session", flows.session, BREAKING, "auth"),
    Rule("dom.flow.mfa", flows.asks("mfa"), BREAKING, "auth"),
    Rule("dom.flow.terms", flows.asks("terms"), BREAKING, "flow"),
    Rule("dom.flow.account.chooser", flows.asks("account.chooser"), BREAKING, "flow"),
    Rule("dom.flow.tenant.chooser", flows.asks("tenant.chooser"), BREAKING, "flow"),
    Rule("dom.flow.consent", flows.asks("consent"), BREAKING, "flow"),
    Rule("dom.flow.survey", flows.asks("survey"), BREAKING, "flow"),
    Rule("dom.flow.whatsnew", flows.asks("whatsnew"), BREAKING, "flow"),
    Rule("dom.flow.newtab", flows.opens("tab"), BREAKING, "flow"),
    Rule("dom.flow.popup", flows.opens("window"), BREAKING, "flow"),
    Rule("dom.flow.download", flows.opens("download"), BREAKING, "flow"),
    Rule("dom.flow.interstitial", flows.interstitial, BREAKING, "flow"),
    Rule("dom.flow.step.gone", flows.step_gone, RISKY, "flow"),
    Rule("dom.overlay", layout.overlay, RISKY, "ui"),
    Rule("dom.frame.in", layout.frame_in, BREAKING, "ui"),
    Rule("dom.frame.out", layout.frame_out, BREAKING, "ui"),
    Rule("dom.loc.missing", locators.missing, BREAKING, "ui"),
    Rule("dom.loc.ambiguous", locators.ambiguous, BREAKING, "ui"),
    Rule("dom.loc.shifted", locators.shifted, BREAKING, "ui"),
    Rule("dom.loc.degraded", locators.degraded, RISKY, "ui"),
    Rule("dom.role.changed", locators.role, RISKY, "ui"),
    Rule("dom.name.changed", locators.name, RISKY, "ui"),
    Rule("dom.label.changed", locators.label, COSMETIC, "ui"),
    Rule("dom.flow.locale", locators.language, COSMETIC, "ui"),
    Rule("dom.a11y.lost", locators.accessibility, RISKY, "ui"),
    Rule("dom.testid", locators.marks, COSMETIC, "ui"),
    Rule("dom.form.field.renamed", forms.renamed, RISKY, "ui"),
    Rule("dom.form.field.new.required", forms.new_required, BREAKING, "ui"),
    Rule("dom.form.field.new.optional", forms.new_optional, COSMETIC, "ui"),
    Rule("dom.form.field.gone", forms.gone, BREAKING, "ui"),
    Rule("dom.form.type", forms.control, RISKY, "ui"),
    Rule("dom.form.constraint", forms.constraint, RISKY, "ui"),
    Rule("dom.form.options", forms.options, RISKY, "ui"),
    Rule("dom.form.action", forms.action, RISKY, "ui"),
    Rule("dom.submit.disabled", forms.submit_disabled, BREAKING, "ui"),
    Rule("dom.virtual", layout.virtual, BREAKING, "ui"),
    Rule("dom.table.reorder", layout.table_order, COSMETIC, "ui"),
    Rule("dom.table.header", layout.table_header, BREAKING, "ui"),
    Rule("dom.table.format", layout.table_format, RISKY, "ui"),
    Rule("dom.list.empty", layout.list_empty, RISKY, "data"),
    Rule("dom.struct", layout.structure, COSMETIC, "ui"),
    Rule("dom.visual", layout.visual, COSMETIC, "ui"),
)
"""Every rule, by the order of the catalogue; ids are unique."""
