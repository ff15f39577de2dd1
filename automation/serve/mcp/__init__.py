"""MCP: the same read model as tools, for language models."""

from automation.serve.mcp.server import Context, build_server
from automation.serve.mcp.stdio import run_stdio
from automation.serve.mcp.within import Within

__all__ = ["Context", "Within", "build_server", "run_stdio"]
