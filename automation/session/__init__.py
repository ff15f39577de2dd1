"""Authenticated state of one practice: log in, keep alive, refresh, never lock an account."""
