"""The tablet at the desk and the paper in the hand. Depends on `survey`; `survey` never on it.

A kiosk trusts nothing about the person in front of it and knows nobody: the device is enrolled once by an
officer and known by its key; the citizen has no cookie, no name and no history.
"""
