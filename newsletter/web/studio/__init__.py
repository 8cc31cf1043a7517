"""The studio: where communications staff live. Server-rendered pages, signed in, in English and French."""
