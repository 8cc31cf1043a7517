"""In: requests about batch ids and scheduled sends. Out: the service's answers; what stands about a batch changes.

Called by api.py. Shapes: the official documents tsg_mail (batch) and tsg_scheduled_sends (v3).
"""

import re

from newsletter.emulator.answers import BARE, Answer, Complaint, as_json
from newsletter.emulator.http1 import Head
from newsletter.emulator.routes import Route, read_object, refuse
from newsletter.emulator.world import World

STATUSES = ("pause", "cancel")
_INVALID = Complaint("invalid batch id", "batch_id")


def _make(world: World, _: Head, __: bytes, ___: str) -> Answer:
    return as_json(201, {"batch_id": world.scheduling.make()})


def _validate(world: World, _: Head, __: bytes, found: str) -> Answer:
    """200 says that the id exists, not that it was used."""
    return as_json(200, {"batch_id": found}) if world.scheduling.knows(found) else refuse(400, _INVALID)


def _set(world: World, _: Head, body: bytes, __: str) -> Answer:
    asked, scheduling = read_object(body), world.scheduling
    if asked is None:
        return refuse(400, BARE)
    name, status = asked.get("batch_id"), asked.get("status")
    if not isinstance(name, str) or not scheduling.knows(name):
        return refuse(400, _INVALID)
    if status not in STATUSES:
        return refuse(400, Complaint("status must be either cancel or pause", "status"))
    if scheduling.status(name):
        return refuse(400, Complaint("a status has already been set for this batch id", "batch_id"))
    if len(scheduling.standing()) >= scheduling.manner.most:
        return refuse(400, Complaint("maximum number of cancellations/pauses reached"))
    scheduling.set(name, status)
    return as_json(201, {"batch_id": name, "status": status})


def _all(world: World, _: Head, __: bytes, ___: str) -> Answer:
    return as_json(
        200, [{"batch_id": name, "status": status} for name, status in world.scheduling.standing()]
    )


def _one(world: World, _: Head, __: bytes, found: str) -> Answer:
    """A list of one; an empty one for a batch that is neither paused nor cancelled."""
    status = world.scheduling.status(found)
    return as_json(200, [{"batch_id": found, "status": status}] if status else [])


def _change(world: World, _: Head, body: bytes, found: str) -> Answer:
    asked = read_object(body)
    if asked is None or asked.get("status") not in STATUSES:
        return refuse(400, Complaint("status must be either cancel or pause", "status"))
    if not world.scheduling.status(found):
        return refuse(404, Complaint("no scheduled send was found for this batch id", "batch_id"))
    world.scheduling.set(found, str(asked["status"]))
    return Answer(204)


def _lift(world: World, _: Head, __: bytes, found: str) -> Answer:
    if not world.scheduling.status(found):
        return refuse(404, Complaint("no scheduled send was found for this batch id", "batch_id"))
    world.scheduling.set(found, "")
    return Answer(204)


_SENDS, _SCOPE = r"/v3/user/scheduled_sends", "user.scheduled_sends"
_OF_ONE = re.compile(rf"{_SENDS}/(?P<id>[\w-]+)")
ROUTES: tuple[Route, ...] = (
    ("POST", re.compile(r"/v3/mail/batch"), "mail.batch.create", _make),
    ("GET", re.compile(r"/v3/mail/batch/(?P<id>[\w-]+)"), "mail.batch.read", _validate),
    ("POST", re.compile(_SENDS), f"{_SCOPE}.create", _set),
    ("GET", re.compile(_SENDS), f"{_SCOPE}.read", _all),
    ("GET", _OF_ONE, f"{_SCOPE}.read", _one),
    ("PATCH", _OF_ONE, f"{_SCOPE}.update", _change),
    ("DELETE", _OF_ONE, f"{_SCOPE}.delete", _lift),
)
