"""What readers and providers reach: clicks, opens, images, the pages of a mail, hooks, the probe."""
