"""What came back: progress, suppressing, machines, tally. Pure: events, hits and times in, verdicts and figures out."""
