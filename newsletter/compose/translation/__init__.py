"""Translation: which texts an issue holds, how each stands to its translation, and how a two-column table becomes the other file. Pure."""
