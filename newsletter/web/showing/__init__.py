"""How an issue is shown: what the preview and the studio's issue page have in common."""
