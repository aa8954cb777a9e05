"""Blueprints for people: the phone form, sign-in, officers, administration."""
