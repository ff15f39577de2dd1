"""SQLModel tables of the normalised entities, with provenance."""
