"""The API: entities over HTTP and MCP from one read model."""

from automation.serve.rest import attach, build_app
from automation.serve.service import Jobs, Service

__all__ = ["Jobs", "Service", "attach", "build_app"]
