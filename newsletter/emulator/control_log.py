"""In: questions about what was sent. Out: requests with verdicts, accepted deliveries, the report, messages as delivered.

Called by control.py through ROUTES.
"""

import msgspec

from newsletter.emulator.answers import Answer
from newsletter.emulator.calls import Call, Route, WrongError, fine, wrong
from newsletter.emulator.letter import Json
from newsletter.emulator.mime import to_eml
from newsletter.emulator.report import deliveries, make_report
from newsletter.emulator.upn import read_ref


async def _requests(call: Call) -> Answer:
    """The log, in order of arrival. Query: `since` (number), `verdict`, `limit`."""
    since, most, verdict = (
        int(call.number("since", 0)),
        int(call.number("limit", 100_000)),
        call.word("verdict"),
    )
    chosen = [each for each in call.world.history.records[since:] if verdict in ("", each.verdict)]
    return fine({"requests": [_whole(each) for each in chosen[:most]]})


def _whole(record: msgspec.Struct) -> Json:
    """Every field, also those at their default."""
    return {name: getattr(record, name) for name in record.__struct_fields__}


async def _request_body(call: Call) -> Answer:
    """The very bytes of an accepted mail send request, by index."""
    record = call.world.history.find(int(call.found)) if call.found.isdigit() else None
    if record is None:
        return wrong("no accepted request has this index", 404)
    return Answer(200, call.world.history.body(record.number), "application/json")


async def _deliveries(call: Call) -> Answer:
    """Everyone accepted: delivery id, batch, address, merged custom args. Query: `first`, `last` request index."""
    last = call.number("last", -1)
    found = deliveries(call.world, int(call.number("first", 1)), None if last < 0 else int(last))
    return fine({"deliveries": list(found)})


async def _report(call: Call) -> Answer:
    """The assertions. POST {"expected": [delivery ids], "key": the API key} to compare and to look for the key."""
    asked = call.object("expected", "key")
    expected = asked.get("expected")
    if expected is not None and not (
        isinstance(expected, list) and all(isinstance(each, str) for each in expected)
    ):
        raise WrongError("expected should be a list of delivery ids")
    return fine(make_report(call.world, expected=expected, key=str(asked.get("key", ""))))


async def _messages(call: Call) -> Answer:
    """Messages in order of acceptance. Query: `page` (from 1), `size`, `address` (part of one), `order=newest`, `full=1` renders all."""
    page, size = max(1, int(call.number("page", 1))), max(1, int(call.number("size", 100)))
    newest = call.word("order") == "newest"
    total, found = call.world.press.listing(
        call.word("address"), (page - 1) * size, size, newest_first=newest
    )
    shown = [call.world.press.render(each.ref) for each in found] if call.word("full") else found
    return fine({"total": total, "page": page, "messages": shown})


async def _message(call: Call) -> Answer:
    """One message; with `.eml` at the end as a file."""
    ref = read_ref(call.found.removesuffix(".eml"))
    try:
        message = call.world.press.render(ref) if ref else None
    except KeyError:
        message = None
    if message is None:
        return wrong("no such message", 404)
    return Answer(200, to_eml(message), "message/rfc822") if call.found.endswith(".eml") else fine(message)


ROUTES: tuple[Route, ...] = (
    ("GET", "/requests", _requests),
    ("GET", "/requests/{id}/body", _request_body),
    ("GET", "/deliveries", _deliveries),
    ("GET", "/report", _report),
    ("POST", "/report", _report),
    ("GET", "/messages", _messages),
    ("GET", "/messages/{id}", _message),
)
