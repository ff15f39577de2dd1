"""The API: entities over HTTP and MCP from one read model."""

from automation.serve.exporting import Exported, export_to
from automation.serve.jobs import Jobs
from automation.serve.mcp import Within, run_stdio
from automation.serve.problems import Problem
from automation.serve.rest import attach, build_app, serve_http
from automation.serve.service import Service

__all__ = [
    "Exported",
    "Jobs",
    "Problem",
    "Service",
    "Within",
    "attach",
    "build_app",
    "export_to",
    "run_stdio",
    "serve_http",
]
