"""MCP: the read model and the operations as tools of a language model."""
