"""Record a flow from what a person does in a browser."""
