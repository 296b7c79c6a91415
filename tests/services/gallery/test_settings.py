"""Settings that would fail later are refused at the start, without their values."""

from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pydantic import ValidationError

from services.gallery.adapters.cloudfront_signer import CloudFrontSigner
from services.gallery.main import create_app
from services.gallery.settings import GallerySettings

KEYS = {
    "rsa-3072": rsa.generate_private_key(65537, 3072),
    "p-384": ec.generate_private_key(ec.SECP384R1()),
    "ed25519": ed25519.Ed25519PrivateKey.generate(),
}
GOOD = ec.generate_private_key(ec.SECP256R1())


def changed(settings: GallerySettings, **values: Any) -> GallerySettings:
    """The same settings with other values, checked."""
    return GallerySettings(**{**settings.model_dump(), **values})


def written(key: Any, folder: Path) -> str:
    path = folder / "key.pem"
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return str(path)


def network(**values: str) -> dict[str, str]:
    return {"cdn_url": "https://images.example", "cdn_key_pair_id": "K", **values}


def test_with_a_content_network_pictures_come_from_it(
    settings: GallerySettings, tmp_path: Path
) -> None:
    with_network = changed(settings, **network(cdn_key_file=written(GOOD, tmp_path)))
    state = create_app(with_network).state
    for showing in (state.showing, state.public_showing):
        assert isinstance(showing.signer, CloudFrontSigner)
        assert showing.signer.sign("k").url.startswith("https://images.example/k?Expires=")
    assert state.signer.sign("k").url.startswith(settings.object_store_endpoint)


@pytest.mark.parametrize("kind", KEYS)
def test_other_keys_are_refused(settings: GallerySettings, tmp_path: Path, kind: str) -> None:
    with pytest.raises(ValidationError, match="RSA-2048"):
        changed(settings, **network(cdn_key_file=written(KEYS[kind], tmp_path)))


def test_what_is_no_key_is_refused_unseen(settings: GallerySettings, tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_text("-----BEGIN PRIVATE KEY-----\nhush\n-----END PRIVATE KEY-----")
    for name in (str(path), str(tmp_path / "none.pem")):
        with pytest.raises(ValidationError) as refused:
            changed(settings, **network(cdn_key_file=name))
        assert "hush" not in str(refused.value)


@pytest.mark.parametrize(
    "given",
    [
        {"cdn_url": "https://x.example"},
        {"cdn_key_pair_id": "K"},
        {"object_store_access_key": ""},
        {"object_store_secret_key": ""},
    ],
)
def test_half_of_what_belongs_together_is_refused(
    settings: GallerySettings, given: dict[str, str]
) -> None:
    with pytest.raises(ValidationError, match="come together"):
        changed(settings, **given)


def test_links_name_where_people_come_in(settings: GallerySettings) -> None:
    assert settings.share_address == settings.token_issuer
    assert changed(settings, public_url="https://here.example/").share_address == (
        "https://here.example"
    )


def test_tiers_are_read_as_json(settings: GallerySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PINGVAS_TIERS", '{"free": {"image_days": 5}, "pro": {"image_days": null}}')
    monkeypatch.setenv("PINGVAS_SHARE_REFUSED_WORDS", '["one", "둘"]')
    given = settings.model_dump(exclude={"tiers", "share_refused_words"})
    read = GallerySettings(**given)
    assert [terms.image_days for terms in read.tiers.values()] == [5, None]
    assert read.share_refused_words == ("one", "둘")
