"""The audit log: who did what in which practice, when, and with what outcome."""

from automation.audit.acting import acting
from automation.audit.anchor import Anchor
from automation.audit.export import Format, exported
from automation.audit.log import AuditLog
from automation.audit.verify import Verdict, verify_log

__all__ = ["Anchor", "AuditLog", "Format", "Verdict", "acting", "exported", "verify_log"]
