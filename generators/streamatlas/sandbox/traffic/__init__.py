"""Traffic: producers, consumers and reference data that follow what is declared as normal."""
