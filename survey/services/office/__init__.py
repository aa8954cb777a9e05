"""The office itself: its units, desks, procedures, plan, hours and periods, and who changed them."""
