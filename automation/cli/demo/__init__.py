"""`vetportal demo`: the whole story against a simulator, on real input."""

from automation.cli.demo.command import demo

__all__ = ["demo"]
