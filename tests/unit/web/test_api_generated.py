"""The API under fire: schemathesis reads the document from the served program, sends what it allows and what it forbids, and judges every
answer by it: statuses, media types, headers, shapes, what must be refused and what must be taken, methods, and tokens that are left out.

Bounded: so many requests an operation, always the same ones.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.stage import SLUG
from tests.unit.web.test_api import PLAN, Api, opened

#: what is of the right form may still be refused for what it says: an address that cannot be mailed, a cursor that is none of ours
CONFIG = """
[parameters]
"path.number" = 1
"path.slug" = "{slug}"

[checks.positive_data_acceptance]
expected-statuses = ["2xx", 400, 404, 409, 422]
"""
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "positive_data_acceptance",
    "missing_required_header",
    "unsupported_method",
    "allow_header_conformance",
    "ignored_auth",
)


def fired(api: Api, folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    (folder / "schemathesis.toml").write_text(CONFIG.format(slug=SLUG), encoding="utf-8")
    command = [
        str(Path(sys.executable).with_name("st")),
        f"--config-file={folder / 'schemathesis.toml'}",
        "run",
        str(api.client.base_url.join("/api/v1/openapi.json")),
        f"--header=Authorization: Bearer {api.secrets['all']}",
        "--max-examples=5",
        "--seed=1",
        "--no-color",
        "--continue-on-failure",
        "--generation-database=none",
        "--phases=coverage,fuzzing",
        "--report=ndjson",
        f"--report-ndjson-path={folder / 'report.ndjson'}",
        *more,
    ]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=900, check=False)


@pytest.mark.ci
@pytest.mark.timeout(900)
def test_every_answer_is_as_the_document_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSLETTER_API_PER_MINUTE", "0")
    with opened(tmp_path / "workspace") as api:
        api.post("/campaigns", PLAN)
        done = fired(api, tmp_path, "--checks=all")
        assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
        assert "Tested: 22" in done.stdout
        told = (tmp_path / "report.ndjson").read_text(encoding="utf-8")
        events = [json.loads(line) for line in told.splitlines()]
        assert sum(told.count(f'"{name}"') > 0 for name in CHECKS) >= 9, "the checks were run"
        assert len(events) > 20
        assert api.get("/hold").keys() == {"held", "reason", "by", "at", "until"}, "it answers still"


@pytest.mark.ci
@pytest.mark.timeout(300)
def test_a_fault_would_be_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same, with an answer that is not as the document says."""
    from newsletter.web.api import answers

    monkeypatch.setenv("NEWSLETTER_API_PER_MINUTE", "0")
    monkeypatch.setattr(answers, "standing", lambda _hold: answers.Issue("x", {}))
    with opened(tmp_path / "workspace") as api:
        done = fired(api, tmp_path, "--checks=all", "--include-operation-id=getHold")
    assert done.returncode == 1
    assert "Response violates schema" in done.stdout
