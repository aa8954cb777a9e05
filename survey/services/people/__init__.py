"""Who may sign in, and which other programs may ask."""
