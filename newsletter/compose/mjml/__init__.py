"""MJML: read with places, judged, hardened, compiled. mrml 6.0.1 does none of the first three (rendering research 1, 2)."""
