"""The bytes of hosted files, put beside a rendering: composing saw only what they are.

In: a rendering. Out: the same with their bytes, or with a finding. Called by build.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

from newsletter import workspace
from newsletter.model.edition import Rendering
from newsletter.model.errors import AuthorError
from newsletter.model.finding import Finding
from newsletter.model.hosted import HostedFile
from newsletter.model.place import Place
from newsletter.model.said import Said
from newsletter.pipeline.authoring import Authoring
from newsletter.pipeline.proof import fault

_CHECK = "unreadable"


def with_files(desk: Authoring, rendering: Rendering) -> Rendering:
    """The rendering with the bytes of the files that its texts link to."""
    artwork = rendering.artwork
    found: dict[str, bytes] = {}
    faults: list[Finding] = []
    for file in artwork.hosted if artwork else ():
        if file.source:
            try:
                found[file.digest] = _content(desk, file)
            except AuthorError as error:
                faults.append(fault(error, _CHECK))
    return replace(rendering, files=rendering.files | found, findings=(*rendering.findings, *faults))


def _content(desk: Authoring, file: HostedFile) -> bytes:
    content = workspace.read_file(desk.root, file.source, desk.settings.whole("files.megabytes") << 20)
    if hashlib.sha256(content).hexdigest() != file.digest:
        message = Said("was changed while it was read", "le fichier a été modifié pendant sa lecture")
        hint = Said("Do it again once the file is saved.", "Recommencez une fois le fichier enregistré.")
        raise AuthorError(message, code="file-changed", place=Place(file.source), hint=hint)
    return content
