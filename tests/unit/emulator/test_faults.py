"""Each fault, seen from the sender's socket; and what the log says of it."""

from __future__ import annotations

import json
import socket
import threading
import time
from typing import Any

import httpx
import pytest

from newsletter.emulator.faults import Faults, ScriptError, matches_number, read_script
from newsletter.emulator.history import Record
from tests.unit.emulator.samples import KEY, Body, Client, crowd, emulator, good


def connect(client: Client) -> socket.socket:
    """A connection to the front door."""
    return socket.create_connection(("127.0.0.1", int(client.url.rsplit(":", 1)[1])), timeout=10)


def request(body: Body | None = None, *more: str) -> bytes:
    """The bytes of a mail send request."""
    content = json.dumps(good() if body is None else body).encode()
    lines = [
        "POST /v3/mail/send HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Bearer {KEY}",
        "Content-Type: application/json",
    ]
    return "\r\n".join([*lines, f"Content-Length: {len(content)}", *more, "", ""]).encode() + content


def read_all(sock: socket.socket) -> bytes:
    """Everything until the other end closes."""
    data = b""
    while piece := sock.recv(65536):
        data += piece
    return data


def exchange(client: Client, body: Body | None = None) -> bytes:
    """Send a request on a connection of its own; what comes back until the end. ConnectionError for a reset."""
    with connect(client) as sock:
        sock.sendall(request(body, "Connection: close"))
        return read_all(sock)


def verdict(client: Client) -> tuple[str, str, int]:
    """(verdict, fault, status) of the last mail send request."""
    last = client.log()[-1]
    return last["verdict"], last["fault"], last["status"]


def test_refuse_then_listen_again(client: Client) -> None:
    client.faults({"action": "refuse", "seconds": 0.3, "times": 1})
    refused = False
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            exchange(client)
        except ConnectionRefusedError:
            refused = True
        except ConnectionError:
            continue
        else:
            if refused:
                break
    assert refused
    assert verdict(client)[0] == "accepted"


def test_accept_then_close(client: Client) -> None:
    client.faults({"action": "close", "times": 1})
    with connect(client) as sock:
        assert sock.recv(10) == b""
    assert client.log() == []
    assert b" 202 " in exchange(client)


def test_slow_accept(client: Client) -> None:
    client.faults({"action": "slow_accept", "seconds": 0.3, "times": 1})
    start = time.monotonic()
    assert b" 202 " in exchange(client)
    assert time.monotonic() - start >= 0.25


def test_reset_in_the_middle_of_the_body(client: Client) -> None:
    client.faults({"action": "reset_mid_body", "times": 1})
    data = request(crowd(100))
    with connect(client) as sock:
        sock.sendall(data[: len(data) * 3 // 4])
        with pytest.raises(ConnectionResetError):
            sock.recv(10)
    assert verdict(client) == ("fault", "reset_mid_body", 0)
    assert client.ask("GET", "/deliveries")["deliveries"] == []


@pytest.mark.parametrize("accepted", [False, True])
def test_reset_after_the_body(client: Client, accepted: bool) -> None:
    client.faults({"action": "reset", "accepted": accepted})
    with pytest.raises(ConnectionResetError):
        exchange(client)
    assert verdict(client) == ("accepted" if accepted else "fault", "reset", 0)
    assert len(client.ask("GET", "/deliveries")["deliveries"]) == accepted


@pytest.mark.parametrize("accepted", [False, True])
def test_hang(client: Client, accepted: bool) -> None:
    client.faults({"action": "hang", "seconds": 0.2, "accepted": accepted})
    assert exchange(client) == b""
    assert verdict(client) == ("accepted" if accepted else "fault", "hang", 0)


def test_a_sender_that_gives_up_while_it_hangs(client: Client) -> None:
    client.faults({"action": "hang", "seconds": 30, "accepted": True, "times": 1})
    with pytest.raises(httpx.ReadTimeout):
        client.send(timeout=0.2)
    assert [each["delivery"] for each in client.ask("GET", "/deliveries")["deliveries"]] == ["d1"]


def test_a_status_line_cut_short(client: Client) -> None:
    client.faults({"action": "truncate", "accepted": True})
    assert exchange(client) == b"HTTP/1.1 2"
    assert verdict(client)[:2] == ("accepted", "truncate")
    client.faults({"action": "truncate", "accepted": True, "bytes": 20})
    with pytest.raises(httpx.RemoteProtocolError):
        client.send()


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("form", ["json", "html"])
@pytest.mark.parametrize("accepted", [False, True])
def test_server_errors_before_and_after_acceptance(
    client: Client, status: int, form: str, accepted: bool
) -> None:
    client.faults({"action": "status", "status": status, "body": form, "accepted": accepted})
    answer = client.send()
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith(f"application/{form}" if form == "json" else "text/html")
    assert verdict(client) == ("accepted" if accepted else "fault", "status", status)
    assert len(client.ask("GET", "/deliveries")["deliveries"]) == accepted


def test_rate_limit_with_and_without_headers(client: Client) -> None:
    client.faults({"action": "rate_limit", "reset": 60, "request": 1}, {"action": "rate_limit", "request": 2})
    told, untold = client.send(), client.send()
    assert (told.status_code, untold.status_code) == (429, 429)
    reset = int(told.headers["x-ratelimit-reset"])
    assert 55 <= reset - client.ask("GET", "/clock")["unix"] <= 61
    assert "x-ratelimit-reset" not in untold.headers
    # The second came inside the window that the first had announced.
    assert [each["in_limit_window"] for each in client.log()] == [False, True]


def test_redirect(client: Client) -> None:
    client.faults({"action": "redirect", "location": "https://evil.example/v3/mail/send", "status": 307})
    answer = client.send()
    assert (answer.status_code, answer.headers["location"]) == (307, "https://evil.example/v3/mail/send")


def test_bare_400(client: Client) -> None:
    client.faults({"action": "bare_400"})
    assert client.send().json() == {"errors": [{"message": "Bad Request", "field": None, "help": None}]}


def test_some_addresses_are_refused_by_path(client: Client) -> None:
    client.faults({"action": "refuse_address", "address": "reader[37]@*"})
    answer = client.send(crowd(10))
    assert [each["field"] for each in answer.json()["errors"]] == [
        "personalizations.3.to.0.email",
        "personalizations.7.to.0.email",
    ]
    assert client.send(crowd(2)).status_code == 202


def test_too_large_answers_before_the_body_is_read(client: Client) -> None:
    client.faults({"action": "too_large", "times": 1})
    head = request().partition(b"\r\n\r\n")[0].replace(b"Content-Length: ", b"Content-Length: 9")
    with connect(client) as sock:
        sock.sendall(head + b"\r\n\r\n")
        answer = read_all(sock)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"<h1>413 " in answer
    assert b"Connection: close" in answer


def test_thirty_megabytes_are_too_many(client: Client) -> None:
    with connect(client) as sock:
        sock.sendall(b"POST /v3/mail/send HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 31457280\r\n\r\n{")
        assert read_all(sock).startswith(b"HTTP/1.1 413 ")
    assert verdict(client)[2] == 413


def test_slow_read(client: Client) -> None:
    body = crowd(20)
    size = len(json.dumps(body).encode())
    client.faults({"action": "slow_read", "bytes_per_second": size * 4})
    start = time.monotonic()
    assert b" 202 " in exchange(client, body)
    assert time.monotonic() - start >= 0.2


def test_slow_response_and_latency(client: Client) -> None:
    client.faults({"action": "slow_response", "seconds": 0.15}, latency={"low": 0.1, "high": 0.1})
    start = time.monotonic()
    assert client.send().status_code == 202
    assert time.monotonic() - start >= 0.24


def test_an_idle_connection_is_closed_without_a_word(client: Client) -> None:
    client.faults({"action": "close_idle", "seconds": 0.05, "times": 1})
    with connect(client) as sock:
        sock.sendall(request())
        answer = sock.recv(65536)
        assert b"Connection: keep-alive" in answer
        assert sock.recv(10) == b""
    assert verdict(client) == ("accepted", "close_idle", 202)


def test_token_bucket(client: Client) -> None:
    client.ask("PUT", "/clock", {"rate": 0})
    client.faults(bucket={"rate": 1, "burst": 2, "header": True})
    assert [client.send().status_code for _ in range(4)] == [202, 202, 429, 429]
    client.ask("POST", "/clock/advance", {"seconds": 1})
    assert client.send().status_code == 202
    report = client.ask("GET", "/report")
    assert [each["requests"] for each in report["findings"] if "window" in each["kind"]] == [[4]]
    client.ask("PUT", "/clock", {"rate": 1})


def test_rules_match_by_index_batch_args_and_probability(client: Client) -> None:
    client.faults({"action": "status", "request": "2-3"}, {"action": "status", "status": 503, "batch": "b7*"})
    assert [client.send().status_code for _ in range(4)] == [202, 500, 500, 202]
    assert client.send(crowd(2, batch="b77")).status_code == 503
    client.faults({"action": "status", "args": {"nl_d": "d1?"}, "times": 1})
    assert [client.send(crowd(20)).status_code for _ in range(2)] == [500, 202]
    client.faults({"action": "status", "path": "/v3/scopes", "method": "GET", "status": 502})
    assert client.get("/v3/scopes").status_code == 502
    assert client.send().status_code == 202
    assert client.ask("GET", "/faults")["fired"] == [1]
    client.ask("DELETE", "/faults")
    assert client.get("/v3/scopes").status_code == 200


def test_chance_depends_on_the_seed_only() -> None:
    def drawn(seed: int) -> list[bool]:
        faults = Faults(seed, "nl_b")
        faults.use(read_script([{"action": "status", "probability": 0.3}]))
        return [
            bool(faults.at_body(Record(number=number, index=number, at=0.0), None))
            for number in range(1, 400)
        ]

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)
    assert 80 < sum(drawn(1)) < 160


@pytest.mark.parametrize("then", ["accept", "drop"])
@pytest.mark.parametrize("point", ["mid-body", "received", "accepted"])
def test_hold_tells_the_harness_and_waits(client: Client, point: str, then: str) -> None:
    client.faults({"action": "hold", "id": "here", "at": point, "times": 1})
    outcome: list[Any] = []

    def post() -> None:
        try:
            outcome.append(client.send().status_code)
        except httpx.HTTPError as error:
            outcome.append(type(error))

    thread = threading.Thread(target=post)
    thread.start()
    told = client.ask("GET", "/holds/here?wait=10")
    assert told["held"] == 1
    assert told["reached"][0]["at"] == point
    known = len(client.ask("GET", "/deliveries")["deliveries"])
    assert known == (point == "accepted")
    assert outcome == []
    assert client.ask("POST", "/holds/here/release", {"then": then}) == {"released": 1}
    thread.join()
    assert outcome == ([202] if then == "accept" else [httpx.ReadError])
    taken = then == "accept" or point == "accepted"
    assert len(client.ask("GET", "/deliveries")["deliveries"]) == taken


def test_a_held_request_outlives_its_sender(client: Client) -> None:
    client.faults({"action": "hold", "id": "full", "at": "received"})
    with connect(client) as sock:
        sock.sendall(request())
        assert client.ask("GET", "/holds/full?wait=10")["reached"][0]["batch"] == "b1"
    client.ask("POST", "/holds/full/release")
    client.ask("GET", "/holds/full")
    deadline = time.monotonic() + 5
    while not client.ask("GET", "/deliveries")["deliveries"]:
        assert time.monotonic() < deadline


def test_hold_at_answered_only_tells(client: Client) -> None:
    client.faults({"action": "hold", "id": "after", "at": "answered"})
    assert client.send().status_code == 202
    assert len(client.ask("GET", "/holds/after?wait=5")["reached"]) == 1


def test_hold_times_out(client: Client) -> None:
    client.faults({"action": "hold", "id": "x", "at": "received", "timeout": 0.1, "then": "drop"})
    with pytest.raises(httpx.ReadError):
        client.send()


def test_the_control_door_is_never_faulty() -> None:
    with emulator() as client:
        client.faults({"action": "close"})
        assert client.ask("GET", "")["requests"] == 0
        with pytest.raises(httpx.HTTPError):
            client.get("/inbox")


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ([{"action": "explode"}], "Invalid enum value 'explode'"),
        ([{"action": "status", "sceonds": 1}], "sceonds"),
        ([{"action": "reset_mid_body", "batch": "x"}], "cannot match batch"),
        ([{"action": "close", "request": 1}], "match `connection`"),
        ([{"action": "hold"}], "needs an `id`"),
        ([{"action": "refuse_address"}], "needs `address`"),
        ([{"action": "status", "request": "two"}], "numbers look like"),
        ({"rule": []}, "rule"),
    ],
)
def test_a_script_that_makes_no_sense_is_refused(client: Client, script: Any, why: str) -> None:
    with pytest.raises(ScriptError, match="fault script"):
        read_script(script)
    assert why in client.refused("PUT", "/faults", script)


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [(3, [3]), ("2-4", [2, 3, 4]), ("4-", [4, 5]), ([1, 5], [1, 5]), ("2", [2]), (None, [1, 2, 3, 4, 5])],
)
def test_numbers(wanted: Any, numbers: list[int]) -> None:
    assert [number for number in range(1, 6) if matches_number(wanted, number)] == numbers
