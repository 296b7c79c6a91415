"""Settings come from the environment, hide their secrets, and report every fault at once."""

from __future__ import annotations

import pytest

from services.kernel.settings import ServiceSettings


def test_every_missing_variable_is_named_at_once_and_no_value_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PINGVAS_ENVIRONMENT", "staging-hunter2")
    monkeypatch.setenv("PINGVAS_PORT", "8001")
    monkeypatch.delenv("PINGVAS_DATABASE_URL", raising=False)
    with pytest.raises(SystemExit) as ended:
        ServiceSettings.from_environment()
    words = capsys.readouterr().err
    assert ended.value.code == 2
    for name in ("ENVIRONMENT", "DATABASE_URL", "SYSTEM_DATABASE_URL", "TOKEN_ISSUER"):
        assert f"PINGVAS_{name}: " in words
    assert "hunter2" not in words


def test_secrets_are_masked_and_the_audience_is_the_environments(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    variables = {
        "ENVIRONMENT": "prod",
        "PORT": "8001",
        "DATABASE_URL": "postgresql://a:hunter2@127.0.0.1/x",
        "SYSTEM_DATABASE_URL": "postgresql://b:hunter2@127.0.0.1/x",
        "TOKEN_ISSUER": "http://127.0.0.1:8080",
        "JWKS_URL": "http://127.0.0.1:8080/.well-known/jwks.json",
    }
    for name, value in variables.items():
        monkeypatch.setenv(f"PINGVAS_{name}", value)
    settings = ServiceSettings.from_environment()
    assert settings.token_audience == "pingvas-prod"
    assert "hunter2" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CORS_ORIGINS", '["*"]'),
        ("CORS_ORIGINS", '["https://a.example/path"]'),
        ("CORS_ORIGINS", "https://a.example"),
        ("TRUSTED_PROXIES", '["*"]'),
        ("TRUSTED_PROXIES", '["edge"]'),
    ],
)
def test_origins_and_proxies_are_named_one_by_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str
) -> None:
    monkeypatch.setenv(f"PINGVAS_{name}", value)
    with pytest.raises(SystemExit):
        ServiceSettings.from_environment()
    assert f"PINGVAS_{name}" in capsys.readouterr().err
