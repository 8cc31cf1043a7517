"""Doctor: green where all is well, and a next step for each thing that is not."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

import pytest

from newsletter import app, cli, host
from newsletter.model.examination import Examination, Health
from newsletter.pipeline import doctor
from newsletter.pipeline.context import Context
from newsletter.pipeline.reach import PROBE, examine_address
from newsletter.providers.conformance_http import Visit, answer, replying, serving
from newsletter.store import health
from tests.emulated import KEY, emulator
from tests.unit.workspace.folder import make


@contextmanager
def workspace(folder: Path, **environ: str) -> Iterator[Context]:
    make(folder)
    with app.opened(folder, environ) as ctx:
        yield ctx


def by_name(found: list[Examination]) -> dict[str, Examination]:
    assert len({one.name for one in found}) == len(found)
    return {one.name: one for one in found}


def probe_of(ctx_instance: str) -> bytes:
    return answer(200, json.dumps({"instance": ctx_instance}).encode())


class TestAll:
    def test_the_outbox_is_ready_at_once(self, tmp_path: Path) -> None:
        with workspace(tmp_path) as ctx:
            found = by_name(doctor.examine(ctx))
            assert doctor.ready_for_real(ctx) == []
        assert found["outbox"].state is found["database"].state is Health.OK
        assert found["web-address"].state is Health.SKIPPED

    def test_sendgrid_as_the_emulator_shows_it(self, tmp_path: Path) -> None:
        """Key, scope, sender, webhook, probe and clock, each asked over HTTP."""
        asked: list[bytes] = []
        instance: list[str] = []

        def script(visit: Visit) -> None:
            visit.read_head()
            asked.append(visit.head.partition(b"\r\n")[0])
            visit.send(probe_of(instance[0]))

        with serving(script) as public, emulator("--webhook", f"{public.url}/hooks/sendgrid") as far:
            environ = {
                "NEWSLETTER_PROVIDER": "sendgrid",
                "SENDGRID_API_KEY": KEY,
                "NEWSLETTER_SENDGRID_BASE_URL": far.url,
                "NEWSLETTER_SENDGRID_WEBHOOK_PUBLIC_KEY": far.webhook_key,
                "NEWSLETTER_WEB_BASE_URL": public.url,
            }
            with workspace(tmp_path, **environ) as ctx:
                instance.append(ctx.instance)
                found = by_name(doctor.examine(ctx))
            sent = far.ask("GET", "/messages")["total"]
        wrong = {name: one for name, one in found.items() if one.state is not Health.OK}
        assert set(wrong) == {"postal-address"}, wrong  # a new workspace's sample
        assert {"provider", "access", "sender", "webhook", "clock", "web-address"} <= set(found)
        assert asked == [f"GET {PROBE} HTTP/1.1".encode()]
        assert sent == 0

    def test_a_wrong_key_another_webhook_and_nobody_at_home(self, tmp_path: Path) -> None:
        with emulator("--webhook", "http://127.0.0.1:9/other") as far:
            environ = {
                "NEWSLETTER_PROVIDER": "sendgrid",
                "SENDGRID_API_KEY": "SG.another",
                "NEWSLETTER_SENDGRID_BASE_URL": far.url,
                "NEWSLETTER_WEB_BASE_URL": "http://127.0.0.1:9",
            }
            with workspace(tmp_path, **environ) as ctx:
                found = by_name(doctor.examine(ctx))
                errors = [one.name for one in doctor.ready_for_real(ctx)]
            environ["SENDGRID_API_KEY"] = KEY
            environ["NEWSLETTER_SENDGRID_WEBHOOK_PUBLIC_KEY"] = far.webhook_key
            with workspace(tmp_path, **environ) as ctx:
                again = by_name(doctor.examine(ctx))
        assert errors == ["access"]
        assert found["web-address"].state is Health.WARNING
        assert again["webhook"].state is Health.ERROR
        assert "http://127.0.0.1:9/hooks/sendgrid" in again["webhook"].sentence

    def test_before_real_mail_a_key_and_a_public_address_are_needed(self, tmp_path: Path) -> None:
        with workspace(tmp_path, NEWSLETTER_PROVIDER="sendgrid") as ctx:
            assert {one.name for one in doctor.ready_for_real(ctx)} >= {"access", "web-address"}

    def test_an_unknown_provider(self, tmp_path: Path) -> None:
        with workspace(tmp_path, NEWSLETTER_PROVIDER="sendgird") as ctx:
            (found,) = [one for one in doctor.ready_for_real(ctx) if one.name == "provider"]
        assert "sendgird" in found.sentence
        assert found.next_step == "Did you mean sendgrid?"

    def test_every_error_has_a_next_step_and_every_name_is_a_word(self, tmp_path: Path) -> None:
        with workspace(tmp_path, NEWSLETTER_PROVIDER="sendgrid", SENDGRID_API_KEY="") as ctx:
            for one in doctor.examine(ctx):
                assert re.fullmatch(r"[a-z]+(-[a-z]+)*", one.name)
                assert one.sentence.endswith(".")
                assert bool(one.next_step) == (one.state in {Health.ERROR, Health.WARNING})


class TestAddress:
    @pytest.mark.parametrize(
        "url",
        [
            "http://127.0.0.1:8025",
            "http://news.ngen.ca",
            "https://127.0.0.1",
            "https://localhost",
            "https://10.1.2.3",
            "https://192.168.0.4",
            "https://169.254.169.254",
            "https://[fe80::1]",
            "https://[::1]",
            "https://intranet",
            "https://news.local",
            "https://news.example.org",
            "https://news.invalid",
        ],
    )
    def test_not_public(self, url: str) -> None:
        found = examine_address(url, "id", official=True)
        assert found.state is Health.ERROR
        assert found.next_step.startswith("Set web.base_url")

    @pytest.mark.parametrize(
        ("data", "word"),
        [
            (answer(200, b'{"instance": "other"}'), "another database (other)"),
            (answer(200, b"<html>hello</html>"), "another program"),
            (answer(200, b"[1]"), "another program"),
            (answer(200, b'{"instance": null}'), "another program"),
            (answer(301, b"", "Location: /x"), "answers 301"),
            (answer(404), "answers 404"),
            (b"", "cannot be reached"),
        ],
    )
    def test_the_probe_must_be_ours(self, data: bytes, word: str) -> None:
        with serving(replying(data)) as server:
            found = examine_address(server.url, "mine", official=False)
        assert found.state is Health.WARNING
        assert word in found.sentence
        assert found.next_step

    def test_it_is_ours(self) -> None:
        with serving(replying(probe_of("mine"))) as server:
            assert examine_address(server.url, "mine", official=False).state is Health.OK


class TestHere:
    def test_a_database_that_cannot_be_written(self, tmp_path: Path) -> None:
        with workspace(tmp_path) as ctx:
            with ctx.store.engine.connect() as db:
                db.exec_driver_sql("PRAGMA query_only=ON")
                found = by_name(doctor.examine(ctx))["database"]
                db.exec_driver_sql("PRAGMA query_only=OFF")
            assert found.state is Health.OK  # that connection's own affair
            with ctx.store.write() as db:
                db.exec_driver_sql("DROP TABLE meta")
            found = by_name(doctor.examine(ctx))["database"]
        assert found.state is Health.ERROR
        assert "cannot be written: no such table" in found.sentence

    def test_the_trial_leaves_nothing(self, tmp_path: Path) -> None:
        with workspace(tmp_path) as ctx:
            look = health.look(ctx.store)
            with ctx.store.read() as db:
                rows = db.exec_driver_sql("SELECT name FROM meta").scalars().all()
        assert (look.kind, look.wrong, look.durable) == ("sqlite", "", True)
        assert look.path == tmp_path / "var" / "newsletter.db"
        assert not [name for name in rows if name.startswith("doctor")]

    def test_a_file_system_that_is_shared(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for kind, state in (("nfs4", Health.ERROR), ("cifs", Health.ERROR), ("9p", Health.ERROR)):
            monkeypatch.setattr(host, "file_system", lambda _path, kind=kind: kind)
            with workspace(tmp_path) as ctx:
                assert by_name(doctor.examine(ctx))["database"].state is state
        for kind in ("ext4", "btrfs", "overlay", "", "fuseblk"):
            monkeypatch.setattr(host, "file_system", lambda _path, kind=kind: kind)
            with workspace(tmp_path) as ctx:
                assert by_name(doctor.examine(ctx))["database"].state is Health.OK

    @pytest.mark.skipif(not Path("/proc/self/mountinfo").exists(), reason="needs Linux")
    def test_the_file_system_of_a_path(self, tmp_path: Path) -> None:
        assert host.file_system(Path("/proc/self/status")) == "proc"
        root = any(line.split()[4] == "/" for line in Path("/proc/self/mountinfo").read_text().splitlines())
        assert bool(host.file_system(tmp_path)) == root  # in a chroot the system tells nothing about its root
        assert host.file_system(tmp_path) != "proc"

    def test_publication(self, tmp_path: Path) -> None:
        with workspace(tmp_path) as ctx:
            for changes, name, state in (
                ({"postal_address": {"en": " ", "fr": "x"}}, "postal-address", Health.ERROR),
                ({"postal_address": {}}, "postal-address", Health.ERROR),
                ({"postal_address": {"en": "1 Sample St", "fr": "x"}}, "postal-address", Health.WARNING),
                ({"list_id": "no list id"}, "list-id", Health.ERROR),
                ({"list_id": "single"}, "list-id", Health.ERROR),
                ({"list_id": "a..b"}, "list-id", Health.ERROR),
                ({"list_id": "news.ngen.example"}, "list-id", Health.OK),
            ):
                altered = replace(ctx, publication=replace(ctx.publication, **changes))  # type: ignore[arg-type]
                assert by_name(doctor.examine(altered))[name].state is state, changes

    def test_a_sample_list_id_is_not_for_real_people(self, tmp_path: Path) -> None:
        with workspace(tmp_path, NEWSLETTER_PROVIDER="sendgrid") as ctx:
            altered = replace(ctx, publication=replace(ctx.publication, list_id="news.ngen.example"))
            assert by_name(doctor.examine(altered))["list-id"].state is Health.ERROR

    @pytest.mark.skipif(os.name != "posix", reason="modes of files")
    def test_secrets_open_to_others(self, tmp_path: Path) -> None:
        with workspace(tmp_path) as ctx:
            secret = tmp_path / "secrets" / "spare.key"
            secret.write_text("x")
            secret.chmod(0o644)
            found = by_name(doctor.examine(ctx))["secrets"]
            assert found.state is Health.ERROR
            assert "chmod 600 secrets/spare.key" in found.next_step
            secret.chmod(0o600)
            assert by_name(doctor.examine(ctx))["secrets"].state is Health.OK

    def test_a_set_clock_is_not_compared(self, tmp_path: Path) -> None:
        with emulator() as far:
            environ = {
                "NEWSLETTER_PROVIDER": "sendgrid",
                "SENDGRID_API_KEY": KEY,
                "NEWSLETTER_SENDGRID_BASE_URL": far.url,
                "NEWSLETTER_CLOCK": datetime(2020, 12, 16, tzinfo=UTC).isoformat(),
            }
            with workspace(tmp_path, **environ) as ctx:
                assert by_name(doctor.examine(ctx))["clock"].state is Health.SKIPPED


class TestCommand:
    def test_as_text(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        make(tmp_path)
        monkeypatch.chdir(tmp_path)
        assert cli.main(["doctor"]) == cli.DONE
        assert "ok       database: " in capsys.readouterr().out
        monkeypatch.setenv("NEWSLETTER_PROVIDER", "nobody")
        assert cli.main(["doctor"]) == cli.REFUSED
        assert "→ Set provider to one of: outbox, sendgrid." in capsys.readouterr().out

    @pytest.mark.ci
    def test_as_json(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        make(tmp_path)
        monkeypatch.chdir(tmp_path)
        assert cli.main(["doctor", "--json"]) == cli.DONE
        found = json.loads(capsys.readouterr().out)
        assert (found["ok"], found["provider"]) == (True, "outbox")
        assert set(found["examinations"][0]) == {"name", "state", "sentence", "next_step"}


class TestEmulatorCommand:
    def test_its_flags_are_the_emulators(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main(["emulator", "--help"]) == cli.DONE
        assert "--substitution-limit" in capsys.readouterr().out
        assert cli.main(["emulator", "--no-such-flag"]) == cli.USAGE
        assert cli.main(["emulator", "--port", "x"]) == cli.USAGE

    def test_a_start_that_fails_is_explained(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        assert cli.main(["emulator", "--port", "0", "--faults", str(tmp_path / "none.json")]) == cli.REFUSED
        assert "the emulator cannot start" in capsys.readouterr().err


def test_settings_stay_what_they_are(tmp_path: Path) -> None:
    """Examining changes nothing."""
    with workspace(tmp_path) as ctx:
        before = MappingProxyType(dict(ctx.settings.values))
        doctor.examine(ctx)
        assert dict(before) == dict(ctx.settings.values)
