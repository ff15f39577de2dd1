"""The read face: REST API, MCP server and operator console over the store."""
