"""A mail in a frame of the preview: `web.framing` under the name that the preview knows.

In: the filled HTML. Out: the same for a frame, and its policy. Called by the preview's routes.
"""

from newsletter.web.framing import framed as framed
from newsletter.web.framing import policy as policy
