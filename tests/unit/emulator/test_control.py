"""The control API: the report's assertions, the clock, reset; the account; the flags of the command line."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from newsletter.emulator import Options, launch, parse
from newsletter.emulator.clock import Activity, Agenda, Clock, run_until_idle, settle
from newsletter.emulator.control import ROUTES
from newsletter.emulator.faults import ScriptError, load_script
from tests.unit.emulator.samples import KEY, NOW, Body, Client, crowd, emulator, first, good


def kinds(client: Client, asked: Any = None) -> list[tuple[str, list[int]]]:
    """(kind, requests) of every finding."""
    report = client.ask("POST", "/report", asked) if asked else client.ask("GET", "/report")
    return [(each["kind"], each["requests"]) for each in report["findings"]]


def test_a_clean_run(client: Client) -> None:
    client.send(crowd(5))
    client.send(crowd(5, start=5, batch="b2"))
    report = client.ask("POST", "/report", {"expected": [f"d{number}" for number in range(11)], "key": KEY})
    assert report["findings"] == []
    assert (report["accepted"], report["recipients_accepted"], report["concurrency_peak"]) == (2, 10, 1)
    assert (report["missing"], report["unexpected"], report["ok"]) == (["d10"], [], False)
    listed = client.ask("GET", "/deliveries?first=2")["deliveries"]
    assert (listed[0]["delivery"], listed[0]["batch"], listed[0]["address"]) == (
        "d5",
        "b2",
        "reader5@example.com",
    )


def test_duplicates_are_found_by_id_and_by_address(client: Client) -> None:
    client.send(crowd(2))
    client.send(crowd(1, start=1))
    client.send(crowd(1, start=0, categories=["another"]))
    again = crowd(1, start=0)
    again["personalizations"][0]["to"][0]["email"] = "READER1@example.com"
    again["personalizations"][0]["custom_args"]["nl_d"] = "d9"
    client.send(again)
    found = [("delivery twice", [1, 3]), ("delivery twice", [1, 2]), ("address twice", [1, 2, 4])]
    assert sorted(kinds(client)) == sorted(found)


def test_what_a_sender_should_not_do(client: Client) -> None:
    client.send(headers={"Authorization": "Bearer SG.wrong"})
    client.send(crowd(1001))
    client.send({**good(), "subject": ""})
    found = kinds(client)
    assert ("sent after 401 or 403", [2]) in found
    assert ("sent after 401 or 403", [3]) in found
    assert ("over 1000 personalizations", [2]) in found
    assert ("rule violated", [3]) in found


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (first(custom_args={"nl_d": "ann@example.com"}), "personal data in custom_args"),
        (first(custom_args={"nl_d": "for Ann"}), "personal data in custom_args"),
        (first(custom_args={"nl_d": "+1 613 555 0100"}), "personal data in custom_args"),
        (good(categories=["to jay@ngen.example"]), "personal data in a category"),
        (
            first(to=[{"email": "a@example.com", "name": "Myers, Jay"}]),
            "name with ; or , (older limits page)",
        ),
        (first(substitutions={"%a%": "x %b% y", "%b%": "z"}), "a value contains a tag"),
        (first(substitutions={"%a": "1", "%a%": "2"}), "one tag is part of another"),
        (first(substitutions={"<a>": "1"}), "tag with space or HTML-special character"),
        (good(sections={"a": "b"}), "retired feature"),
        (good(mail_settings={"spam_check": {"enable": False}}), "retired feature"),
        (good(mail_settings={"bypass_list_management": {"enable": True}}), "bypass of suppressions"),
        (good(custom_args={"nl_b": KEY}), "API key in the body"),
    ],
)
def test_remarks_on_what_was_accepted(client: Client, body: Body, kind: str) -> None:
    assert client.send(body).status_code == 202
    assert kind in dict(kinds(client, {"key": KEY}))


def test_opaque_ids_are_not_personal(client: Client) -> None:
    for number, text in enumerate(("1234567890123", "d-0a1b2c", "AbCdEf012345678901234_-", "2020-12-16")):
        client.send(first(to=[{"email": f"x{number}@example.com"}], custom_args={"nl_d": text}))
    assert kinds(client) == []


def test_names_of_args_are_options() -> None:
    with emulator(delivery_arg="id", batch_arg="lot") as client:
        client.send(first(custom_args={"id": "77", "lot": "L1"}))
        delivery = client.ask("GET", "/deliveries")["deliveries"][0]
        assert (delivery["delivery"], delivery["batch"]) == ("77", "L1")
        assert client.log()[0]["batch"] == "L1"


def test_concurrency_peak(client: Client) -> None:
    client.faults({"action": "hold", "id": "x", "at": "received"})
    threads = [threading.Thread(target=client.send, args=(crowd(1, start=number),)) for number in range(3)]
    for thread in threads:
        thread.start()
    assert client.ask("GET", "/holds/x?wait=10&seen=2")["held"] == 3
    client.ask("POST", "/holds/x/release")
    for thread in threads:
        thread.join()
    assert client.ask("GET", "/report")["concurrency_peak"] == 3


def test_the_clock(client: Client) -> None:
    client.ask("PUT", "/clock", {"now": "2020-12-16T14:00:00Z", "rate": 0})
    assert client.ask("GET", "/clock") == {"now": "2020-12-16T14:00:00Z", "unix": NOW, "rate": 0.0}
    assert client.ask("POST", "/clock/advance", {"seconds": 90})["unix"] == NOW + 90
    assert client.send().headers["date"] == "Wed, 16 Dec 2020 14:01:30 GMT"
    client.ask("PUT", "/clock", {"now": "2020-12-16T09:00:00-05:00", "rate": 1})
    assert client.ask("GET", "/clock")["unix"] >= NOW
    assert "ISO instant" in client.refused("PUT", "/clock", {"now": "tomorrow"})
    assert "rate" in client.refused("PUT", "/clock", {"rate": -1})
    assert "seconds" in client.refused("POST", "/clock/advance", {"seconds": -1})


def test_jobs_run_in_order_of_time_and_know_when_they_were_due() -> None:
    async def go() -> list[tuple[str, float]]:
        clock, activity, ran = Clock(1000.0), Activity(), list[tuple[str, float]]()
        clock.set(rate=0)
        agenda = Agenda(clock)
        runner = asyncio.get_running_loop().create_task(agenda.run())

        def first_job(due: float) -> None:
            ran.append(("first", due))
            agenda.at(due + 1, lambda due: ran.append(("child", due)))

        agenda.at(1010, lambda due: ran.append(("second", due)))
        agenda.at(1005, first_job)
        taken_back = agenda.at(1006, lambda due: ran.append(("never", due)))
        agenda.take_back(taken_back)
        agenda.take_back(taken_back)
        assert agenda.planned == 2
        await settle(agenda, activity)
        assert ran == []
        clock.advance(5)
        await settle(agenda, activity)
        assert [name for name, _ in ran] == ["first"]
        await run_until_idle(clock, agenda, activity, 3600)
        assert agenda.planned == 0
        assert clock.now() < 1020
        runner.cancel()
        return ran

    assert asyncio.run(go()) == [("first", 1005), ("child", 1006), ("second", 1010)]


def test_a_clock_runs_at_its_rate() -> None:
    clock = Clock(0.0)
    clock.set(now=100.0, rate=1000.0)
    assert clock.now() >= 100.0
    clock.set(rate=0)
    assert clock.now() == clock.now()
    with pytest.raises(ValueError, match="forward"):
        clock.advance(-1)


def test_reset_forgets_everything(client: Client) -> None:
    client.faults({"action": "status"})
    client.send()
    client.ask("POST", "/reset", {"keep_faults": True})
    assert client.send().status_code == 500
    client.ask("POST", "/reset")
    assert client.send().status_code == 202
    report = client.ask("GET", "/report")
    assert (report["requests"], report["accepted"]) == (1, 1)


def test_a_request_that_a_reset_overtakes_is_forgotten(tmp_path: Path) -> None:
    with emulator(state=tmp_path) as client:
        client.send()
        client.faults({"action": "hold", "id": "x", "at": "received"})
        thread = threading.Thread(target=client.send)
        thread.start()
        client.ask("GET", "/holds/x?wait=10")
        client.ask("POST", "/reset")
        thread.join()
        assert client.ask("GET", "/requests")["requests"] == []
        client.send(crowd(2))
    with emulator(state=tmp_path) as client:
        assert [(each["number"], each["index"], each["verdict"]) for each in client.log()] == [
            (1, 1, "accepted")
        ]
        assert len(client.ask("GET", "/deliveries")["deliveries"]) == 2


def test_answers_of_the_control_api(client: Client) -> None:
    assert "no such route" in client.refused("GET", "/nothing")
    assert client.refused("DELETE", "/report") == "this route takes GET, POST"
    assert "JSON object" in client.refused("PUT", "/clock", "x")
    assert "expected" in client.refused("POST", "/report", {"expected": [1]})
    assert "'1k'" in client.refused("PUT", "/account", {"substitution_limit": "1k"})
    assert "array" in client.refused("PUT", "/account", {"scopes": "mail.send"})
    assert "scope" in client.refused("PUT", "/account", {"scope": []})
    assert "'second' is not known here" in client.refused("POST", "/clock/advance", {"second": 1})
    assert "list" in client.refused("PUT", "/suppressions", {"list": "x", "address": "a@example.com"})
    with httpx.Client(trust_env=False) as far:
        broken = far.put(f"{client.running.control}/_emulator/clock", content=b"{")
        assert broken.status_code == 400
        assert "should be JSON" in broken.json()["error"]


def test_every_route_is_in_the_reference() -> None:
    page = (Path(__file__).parents[3] / "docs/reference/emulator.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"`([A-Z]+) /_emulator(\S*)`", page))
    assert listed == {(method, path) for method, path, _ in ROUTES}


def test_every_fault_is_in_the_reference() -> None:
    from typing import get_args

    from newsletter.emulator.faults import Action

    page = (Path(__file__).parents[3] / "docs/reference/emulator.md").read_text(encoding="utf-8")
    assert [name for name in get_args(Action) if f"`{name}`" not in page] == []


def test_flags() -> None:
    options = parse(
        [
            "--port",
            "0",
            "--seed",
            "7",
            "--faults",
            "f.toml",
            "--state",
            "s",
            "--journal",
            "sqlite",
            "--webhook",
            "http://127.0.0.1:8/h",
            "--key",
            "SG.k",
            "--clock",
            "2020-12-16T14:00",
            "--scopes",
            "mail.send,x",
            "--senders",
            "@a.example",
            "--groups",
            "1,2",
            "--pools",
            "p",
            "--substitution-limit",
            "50k",
            "--errors",
            "bare",
            "--account-tracking",
            "none",
            "--delivery-arg",
            "d",
            "--batch-arg",
            "b",
            "--event-interval",
            "2.5",
            "--behaviour",
            "lifelike",
            "--readers",
            "on",
            "--passes",
            "2",
            "--control-port",
            "9",
        ]
    )
    assert options == Options(
        port=0, seed=7, faults=Path("f.toml"), state=Path("s"), journal="sqlite", webhook="http://127.0.0.1:8/h", key="SG.k",
        clock=datetime(2020, 12, 16, 14, tzinfo=UTC), scopes=("mail.send", "x"), senders=("@a.example",), groups=(1, 2), pools=("p",),
        substitution_limit="50k", errors="bare", account_tracking=(), delivery_arg="d", batch_arg="b", event_interval=2.5,
        behaviour="lifelike", readers="on", passes=2, control_port=9,
    )  # fmt: skip
    assert parse([]) == Options()


@pytest.mark.parametrize(
    "flags",
    [
        "--webhook https://example.org",
        "--errors none",
        "--clock noon",
        "--account-tracking clicks",
        "--groups a",
        "--passes 5",
    ],
)
def test_wrong_flags(flags: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(flags.split())
    assert ended.value.code == 2
    assert flags.split()[0] in capsys.readouterr().err


def test_every_flag_is_in_the_reference() -> None:
    from newsletter.emulator.options import _parser

    page = (Path(__file__).parents[3] / "docs/reference/emulator.md").read_text(encoding="utf-8")
    flags = [
        flag
        for action in _parser()._actions
        for flag in action.option_strings
        if flag.startswith("--") and flag != "--help"
    ]
    assert [flag for flag in flags if f"`{flag}" not in page] == []


def test_scripts_behaviours_and_habits_from_files(tmp_path: Path) -> None:
    (tmp_path / "faults.toml").write_text(
        '[[rules]]\naction = "status"\nstatus = 503\nrequest = 1\n', encoding="utf-8"
    )
    (tmp_path / "behaviour.json").write_text(
        json.dumps({"rules": [{"address": "*", "outcome": "bounce"}]}), encoding="utf-8"
    )
    (tmp_path / "readers.json").write_text(json.dumps({"shares": {"open": 1.0}}), encoding="utf-8")
    with emulator(
        faults=tmp_path / "faults.toml",
        behaviour=str(tmp_path / "behaviour.json"),
        readers=str(tmp_path / "readers.json"),
    ) as client:
        assert [client.send().status_code for _ in range(2)] == [503, 202]
        client.to_the_end()
        assert [each["event"] for each in client.events()] == ["processed", "bounce"]
        assert client.ask("GET", "/readers")["shares"] == {"open": 1.0}
    (tmp_path / "faults.json").write_text("{", encoding="utf-8")
    with pytest.raises(ScriptError, match=r"faults\.json"):
        load_script(tmp_path / "faults.json")


def test_a_start_that_fails_says_so(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text('[[rules]]\naction = "explode"\n', encoding="utf-8")
    with pytest.raises(ScriptError), launch(Options(port=0, faults=tmp_path / "bad.toml")):
        pytest.fail("started")
    with (
        emulator() as client,
        pytest.raises(OSError, match="in use"),
        launch(Options(port=int(client.url.rsplit(":", 1)[1]))),
    ):
        pytest.fail("started")
