"""Pictures: read within limits, and made as small as they are shown, without anything in them but the picture."""
