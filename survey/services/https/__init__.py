"""https of the office network: addresses, certificates, the authority of the office."""
