"""Run a flow and keep the exchanges and snapshots behind it, redacted."""
