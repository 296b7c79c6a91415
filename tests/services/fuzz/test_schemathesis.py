"""schemathesis over the five OpenAPI documents: every check, as a user and as an administrator."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.kernel.access import Role
from tests.servers.people import add_person
from tests.servers.saas import SERVICES, Saas

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]
PROGRAM = Path(sys.executable).parent / "schemathesis"
CONFIGURATION = Path(__file__).parent / "schemathesis.toml"
MANY_CREDITS = 1_000_000


@pytest.mark.parametrize("role", ["user", "admin"])
@pytest.mark.parametrize("name", SERVICES)
def test_a_service_keeps_what_its_document_promises(saas: Saas, name: str, role: Role) -> None:
    person = add_person(saas.database, balance=MANY_CREDITS, role=role)
    token = saas.tokens.token(person, role, "studio")
    ran = subprocess.run(
        [
            *(str(PROGRAM), "--config-file", str(CONFIGURATION), "run"),
            *(f"{saas.url(name)}/openapi.json", "--header", f"Authorization: Bearer {token}"),
        ],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "NO_COLOR": "1"},
    )
    assert ran.returncode == 0, ran.stdout[-6_000:] + ran.stderr[-2_000:]
