"""The API: entities over HTTP and MCP from one read model."""

from automation.serve.rest import build_app
from automation.serve.service import Jobs, Service

__all__ = ["Jobs", "Service", "build_app"]
