"""What staff reach, on this machine only: where mailings stand, their reports, pause and resume."""
