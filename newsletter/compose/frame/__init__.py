"""The frame around a body: Jinja2 templates, in a sandbox that keeps member values whole."""
