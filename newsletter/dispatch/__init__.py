"""What leaves, and what an answer means: variants, filling, batching, pacing, outcome. Pure."""
