"""The only reader and writer of portal folders below `flows/`."""
