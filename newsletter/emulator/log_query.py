"""In: the query of a search of the Email Logs. Out: a test for one message, or QueryError in plain words.

Called by api_logs.py. Source: tsg_logs_v3: `=` on sg_message_id, subject, to_email, reason; `IN` on status, categories; comparisons of
sg_message_id_created_at with TIMESTAMP "…"; AND alone, no nesting, case-sensitive.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

Row = Mapping[str, Any]
Test = Callable[[Row], bool]

_STRING = r"'[^']*'|\"[^\"]*\""
_CONDITION = re.compile(
    rf"\s*(?P<field>\w+)\s*(?:(?P<op>=|>=|<=|>|<)\s*(?P<time>TIMESTAMP\s*)?(?P<value>{_STRING})"
    rf"|IN\s*\(\s*(?P<values>(?:{_STRING})(?:\s*,\s*(?:{_STRING}))*)\s*\))\s*"
)
_EQUAL = ("sg_message_id", "subject", "to_email", "reason")
_AMONG = ("status", "categories")
_WHEN = "sg_message_id_created_at"
_COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    ">": lambda one, other: one > other,
    "<": lambda one, other: one < other,
    ">=": lambda one, other: one >= other,
    "<=": lambda one, other: one <= other,
}


class QueryError(ValueError):
    """A query that cannot be followed; the text says where."""


def read_query(text: str) -> Test:
    """The test of a query; an empty query takes everything. Rows have the query's fields; `categories` is a list, times are seconds."""
    tests, position = [], 0
    while text.strip():
        match = _CONDITION.match(text, position)
        if match is None:
            raise QueryError(f"invalid query near {text[position : position + 30]!r}")
        tests.append(_test(match))
        position = match.end()
        if position == len(text):
            break
        if not text.startswith("AND", position):
            raise QueryError(f"expected AND near {text[position : position + 30]!r}")
        position += 3
    return lambda row: all(test(row) for test in tests)


def _test(match: "re.Match[str]") -> Test:
    name, operator, value = match["field"], match["op"], (match["value"] or "")[1:-1]
    if name in _AMONG and match["values"]:
        wanted = {found[1:-1] for found in re.findall(_STRING, match["values"])}
        return lambda row: not wanted.isdisjoint(row[name] if isinstance(row[name], list) else [row[name]])
    if name in _EQUAL and operator == "=" and not match["time"]:
        return lambda row: bool(row.get(name) == value)
    if name == _WHEN and match["time"] and operator in _COMPARE:
        return _compared(operator, value)
    raise QueryError(f"{name!r} cannot be asked like that")


def _compared(operator: str, value: str) -> Test:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise QueryError(f"{value!r} is not a timestamp") from None
    seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    return lambda row: _COMPARE[operator](row[_WHEN], seconds)
