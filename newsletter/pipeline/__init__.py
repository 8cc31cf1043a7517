"""The verbs, one file each: the only place that both decides and acts."""
