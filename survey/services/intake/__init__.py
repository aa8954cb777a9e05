"""From the sealed intake to responses: mixing, batches, counters of a month, signals."""
