"""REST: the API over HTTP."""

from automation.serve.rest.app import build_app
from automation.serve.rest.guarding import attach
from automation.serve.rest.served import serve_http

__all__ = ["attach", "build_app", "serve_http"]
