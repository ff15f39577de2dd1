"""Secrets at rest: the key file, sealing of fields, one-time passwords."""
