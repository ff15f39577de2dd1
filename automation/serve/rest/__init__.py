"""REST: the API over HTTP."""

from automation.serve.rest.app import build_app

__all__ = ["build_app"]
