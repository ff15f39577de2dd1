"""The API: entities over HTTP and MCP from one read model."""

from automation.serve.jobs import Jobs
from automation.serve.rest import attach, build_app
from automation.serve.service import Service

__all__ = ["Jobs", "Service", "attach", "build_app"]
