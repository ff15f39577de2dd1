"""Tables of rules and of what they made of events; times are epoch seconds."""

from __future__ import annotations

from pydantic import JsonValue
from sqlalchemy import Double, Index
from sqlmodel import Field, SQLModel

from automation.entities import Json


class RuleRow(SQLModel, table=True):
    """A rule, column by column the noun `model.Rule`."""

    __tablename__ = "rule"

    id: str = Field(primary_key=True)
    practice: str = Field(foreign_key="practice.name", index=True)
    event: str
    operation: str
    inputs: dict[str, JsonValue] = Field(sa_type=Json)
    purpose: str
    email: bool
    enabled: bool
    created_at: float = Field(sa_type=Double)
    created_by: str


class RuleActionRow(SQLModel, table=True):
    """What a rule made of an event, column by column the noun `model.RuleAction`."""

    __tablename__ = "rule_action"
    __table_args__ = (Index("ix_rule_action_state", "state"),)

    rule: str = Field(foreign_key="rule.id", primary_key=True)
    event: str = Field(foreign_key="event.id", primary_key=True, index=True)
    practice: str = Field(foreign_key="practice.name")
    state: str
    why: str
    write: str
    at: float = Field(sa_type=Double)
