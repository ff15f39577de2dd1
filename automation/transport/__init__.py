"""The door to HTTP: client, pace, retry, breaker, allow-list."""
