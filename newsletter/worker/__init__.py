"""Those who work through the ledger: claim, call one verb, repeat."""
