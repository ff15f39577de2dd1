"""Who may do what: tokens of programs."""
