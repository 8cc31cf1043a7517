"""The API under fire: schemathesis sends what the document allows and what it forbids, and judges every answer by it.

Bounded: so many requests an operation, always the same ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig

from tests.unit.web.test_api import Api, opened

pytestmark = pytest.mark.ci
_NUMBERS = count()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    with opened(tmp_path_factory.mktemp("fired") / "workspace") as made:
        object.__setattr__(
            made.ctx.settings, "values", {**made.ctx.settings.values, "api.per_minute": 0}
        )
        yield made


@pytest.fixture
def schema(served: Api) -> object:
    url = f"{served.client.base_url}api/v1/openapi.json"
    return schemathesis.openapi.from_url(url, config=SchemathesisConfig())
