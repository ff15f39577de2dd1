"""The database: idempotent upserts, the change feed, sealed fields, migrations."""
