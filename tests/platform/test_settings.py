"""Settings: the environment read once, each wrong value named."""

from pathlib import Path

import pytest

from firstline.kit.web import Web
from firstline.settings import SettingsError, data_folder, from_env


def test_the_secret_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    first = from_env({}, data=tmp_path / "data")
    assert from_env({}, data=tmp_path / "data").secret == first.secret
    assert len(first.secret) == 32
    assert (tmp_path / "data/secret").stat().st_mode & 0o777 == 0o600
    assert first.secret.hex() not in repr(first)


def test_a_shared_secret_is_taken_from_the_environment(tmp_path: Path) -> None:
    assert from_env({"FIRSTLINE_SECRET": "ab" * 32}, data=tmp_path).secret == b"\xab" * 32
    assert not (tmp_path / "secret").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FIRSTLINE_SECRET", "short"),
        ("FIRSTLINE_PORT", "70000"),
        ("FIRSTLINE_WORKERS", "none"),
        ("FIRSTLINE_PUBLIC_URL", "desk.example"),
        ("FIRSTLINE_PUBLIC_URL", "https://desk.example/below"),
        ("FIRSTLINE_SMTP_URL", "mail.example"),
        ("FIRSTLINE_LOG_LEVEL", "loud"),
    ],
)
def test_a_wrong_value_is_refused_by_name(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        from_env({name: value}, data=tmp_path)


def test_a_damaged_secret_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("not hexadecimal")
    with pytest.raises(SettingsError, match="damaged"):
        from_env({}, data=tmp_path)


def test_the_data_folder_is_named_here_or_at_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    home = {"XDG_DATA_HOME": str(tmp_path / "home")}
    assert data_folder(home) == tmp_path / "home/firstline"
    (tmp_path / "data").mkdir()  # somebody's data, not a desk's
    assert data_folder(home) == tmp_path / "home/firstline"
    (tmp_path / "data/secret").touch()
    assert data_folder(home) == tmp_path / "data"
    assert data_folder({**home, "FIRSTLINE_DATA": "/srv/desk"}) == Path("/srv/desk")


def test_cookies_travel_by_https_alone_where_people_do(tmp_path: Path) -> None:
    public = from_env({"FIRSTLINE_PUBLIC_URL": "https://desk.example/"}, data=tmp_path)
    local = from_env({}, data=tmp_path, port=81)
    assert local.public_url == "http://127.0.0.1:81"
    assert [Web(one.secret, one.public_url).https for one in (public, local)] == [True, False]
