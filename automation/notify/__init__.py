"""What leaves for people and systems: drift mails and outgoing webhooks."""
