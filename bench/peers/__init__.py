"""Others' software at the same work: what the SDKs' own pages say to write.

In: the same members and the same mail. Out: Readings. Called by the suites. `python -m bench.peers` installs those that are not in the
program's own environment into var/bench/peers (npm and pip are asked; nothing else here reaches beyond this machine).
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from bench import world
from bench.measuring import Meter, Reading

HOME = Path("var/bench/peers")
NODE = HOME / "node"
PYTHON = HOME / "python"
NPM = ("@sendgrid/mail@8.1.6", "mjml@5.4.1", "juice@11.1.1")
PIP = ("django==5.2.19",)
SAMPLE = "request.json"  #: one request of ours: sender, subject, texts and tags for the others

_TOKEN = "A" * 35


def lacks_node() -> str:
    """What is missing for the peers in JavaScript."""
    if shutil.which("node") is None:
        return "Node is not installed"
    return "" if (NODE / "node_modules").is_dir() else "not installed: python -m bench.peers"


def lacks_python() -> str:
    """What is missing for the peers in Python that have an environment of their own."""
    return "" if PYTHON.is_dir() else "not installed: python -m bench.peers"


def node(script: str, *arguments: str) -> Reading:
    """A script of this folder, which measures itself."""
    path = Path(__file__).parent / script
    return _measured(["node", str(path), str(NODE.resolve()), *arguments])


def python(script: str, *arguments: str) -> Reading:
    """A script of this folder in the peers' own environment, which measures itself."""
    interpreter = PYTHON / "bin" / "python"
    return _measured([str(interpreter), str(Path(__file__).parent / script), *arguments])


def _measured(command: list[str]) -> Reading:
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    told = json.loads(done.stdout.strip().splitlines()[-1])
    return Reading(told["units"], told["seconds"], told["cpu"], told["peak_mb"], told.get("more", {}))


def helpers(folder: Path, url: str, size: int, *, together: int) -> Reading:
    """The Python SDK's helpers, with the members ready in memory."""
    import sendgrid
    from sendgrid.helpers.mail import Content, From, Mail

    people = world.dicts(folder / world.CSV, size)
    sample = json.loads((folder / SAMPLE).read_bytes())
    client = sendgrid.SendGridAPIClient("SG.this-is-no-key", host=url)
    meter = Meter()
    for start in range(0, size, together):
        mail = Mail(From(**_mailbox(sample)), subject=sample["subject"])
        mail.content = [Content(one["type"], one["value"]) for one in sample["content"]]
        for person in people[start : start + together]:
            mail.add_personalization(_personalization(person, sample))
        assert client.send(mail).status_code == 202
    return meter.read(size)


def _mailbox(sample: dict[str, Any]) -> dict[str, str]:
    return {"email": sample["from"]["email"], "name": sample["from"].get("name", "")}


def _personalization(person: dict[str, str], sample: dict[str, Any]) -> Any:
    from sendgrid.helpers.mail import CustomArg, Header, Personalization, Substitution, To

    first = sample["personalizations"][0]
    one = Personalization()
    one.add_to(To(person["email"]))
    one.add_custom_arg(CustomArg("nl_d", person["consent_evidence"]))
    values = [person["first_name"], person["company"], person["province"]]
    for number, tag in enumerate(first["substitutions"]):
        one.add_substitution(Substitution(tag, values[number % 4] if number % 4 < 3 else _TOKEN))
    for name, value in first["headers"].items():
        one.add_header(Header(name, value))
    return one
