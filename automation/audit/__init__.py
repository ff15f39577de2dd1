"""The audit log: who did what in which practice, when, and with what outcome."""

from automation.audit.log import AuditLog

__all__ = ["AuditLog"]
