"""Changes of the portal: journal, exactly-once sending, read-back, reconciliation."""
