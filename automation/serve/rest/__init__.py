"""REST: the API over HTTP."""

from automation.serve.rest.app import build_app
from automation.serve.rest.guarding import attach

__all__ = ["attach", "build_app"]
