"""The database: idempotent upserts, the change feed, sealed fields, migrations."""

from automation.store.address import shown_place
from automation.store.api_tokens import ApiTokens
from automation.store.audit_trail import AuditTrail, AuditView, AuditWish
from automation.store.baselines import BaselineKey, BaselineNote, Baselines, BaselineTurn
from automation.store.calendar import Busy, Calendar, CalendarColumn, Clinic, Worked
from automation.store.call_ledger import CallLedger
from automation.store.circuits import Circuit, Circuits
from automation.store.coverages import Covered
from automation.store.data_keys import DataKeys
from automation.store.database import Database
from automation.store.deliveries import Deliveries, Due, Health, Tried
from automation.store.erasure import Erasure
from automation.store.errands import Errand
from automation.store.faults import FAULTS, explained
from automation.store.heals import Heals
from automation.store.incidents import Incidents
from automation.store.intake import BATCH, Intake
from automation.store.leases import Lease, Leases, boot_time, told_of_waiting
from automation.store.letters import Letters
from automation.store.likenesses import Decided, Likenesses, Pair
from automation.store.listing import Choice, Listing, Page, Place
from automation.store.lists import Lists
from automation.store.logins import Logins
from automation.store.look import Contents, look_into
from automation.store.notices import Notices
from automation.store.organizations import Organizations
from automation.store.outbox import Decide, Facts, Outbox
from automation.store.profiles import Profiles
from automation.store.reach import Reach
from automation.store.readings import Readings
from automation.store.recipients import Recipients
from automation.store.roster import Roster
from automation.store.rules import Rules
from automation.store.schedules import Schedules
from automation.store.scope import Scope, Window
from automation.store.sealed_values import Sealed
from automation.store.sealing import Sealer
from automation.store.session_statuses import Challenges, SessionStatuses
from automation.store.spans import Span
from automation.store.standing import EXPIRY_DAYS, FACTS, RENEWAL_DAYS, StandingFacts
from automation.store.store import Store
from automation.store.sweep import Loss
from automation.store.views import VIEWS, Taken, View, ViewPage, Views, Wanted
from automation.store.webhook_lists import WebhookLists
from automation.store.webhooks import Webhooks
from automation.store.workers import Workers
from automation.store.write_intents import KEPT_DAYS, WriteIntents
from automation.store.write_switch import WriteStop, WriteSwitch
from automation.store.writing import Tally

__all__ = [
    "BATCH",
    "EXPIRY_DAYS",
    "FACTS",
    "FAULTS",
    "KEPT_DAYS",
    "RENEWAL_DAYS",
    "VIEWS",
    "ApiTokens",
    "AuditTrail",
    "AuditView",
    "AuditWish",
    "BaselineKey",
    "BaselineNote",
    "BaselineTurn",
    "Baselines",
    "Busy",
    "Calendar",
    "CalendarColumn",
    "CallLedger",
    "Challenges",
    "Choice",
    "Circuit",
    "Circuits",
    "Clinic",
    "Contents",
    "Covered",
    "DataKeys",
    "Database",
    "Decide",
    "Decided",
    "Deliveries",
    "Due",
    "Erasure",
    "Errand",
    "Facts",
    "Heals",
    "Health",
    "Incidents",
    "Intake",
    "Lease",
    "Leases",
    "Letters",
    "Likenesses",
    "Listing",
    "Lists",
    "Logins",
    "Loss",
    "Notices",
    "Organizations",
    "Outbox",
    "Page",
    "Pair",
    "Place",
    "Profiles",
    "Reach",
    "Readings",
    "Recipients",
    "Roster",
    "Rules",
    "Schedules",
    "Scope",
    "Sealed",
    "Sealer",
    "SessionStatuses",
    "Span",
    "StandingFacts",
    "Store",
    "Taken",
    "Tally",
    "Tried",
    "View",
    "ViewPage",
    "Views",
    "Wanted",
    "WebhookLists",
    "Webhooks",
    "Window",
    "Worked",
    "Workers",
    "WriteIntents",
    "WriteStop",
    "WriteSwitch",
    "boot_time",
    "explained",
    "look_into",
    "shown_place",
    "told_of_waiting",
]
