"""Those who take mail: one folder each, one contract, one conformance suite."""
