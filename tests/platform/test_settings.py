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


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FIRSTLINE_DATABASE_URL", "mysql://user:hunter2@host/name"),
        ("FIRSTLINE_DATABASE_URL", "hunter2"),
        ("FIRSTLINE_DATABASE_URL", "sqlite:///hunter2.db"),
        ("FIRSTLINE_DATABASE_URL", "postgresql://host/name?hunter2=1"),
        ("FIRSTLINE_TRUSTED_PROXIES", "proxy.example"),
        ("FIRSTLINE_TRUSTED_PROXIES", "10.0.0.1/8"),
        ("FIRSTLINE_TRUSTED_PROXIES", "127.0.0.1 300.1.1.1"),
        ("FIRSTLINE_PUBLIC_URL", "https://[::1"),
        ("FIRSTLINE_PUBLIC_URL", "https://desk.example:99999"),
        ("FIRSTLINE_PUBLIC_URL", "https://user@desk.example"),
        ("FIRSTLINE_PUBLIC_URL", "https://desk.example?a=1"),
        ("FIRSTLINE_SMTP_URL", "smtp://mail.example:port"),
        ("FIRSTLINE_SMTP_URL", "smtp://mail.example?starttls=yes"),
        ("FIRSTLINE_SMTP_URL", "smtp://[mail"),
        ("FIRSTLINE_MAIL_FROM", "Support"),
        ("FIRSTLINE_MAIL_FROM", "support@desk..example"),
        ("FIRSTLINE_SECURITY_CONTACT", "mailto:nobody"),
        ("FIRSTLINE_SECURITY_CONTACT", "https://"),
        ("FIRSTLINE_WORKERS", "99999"),
        ("FIRSTLINE_TRUSTED_PROXYS", "127.0.0.1"),
        ("FIRSTLINE_DATABSE_URL", "postgresql://host/name"),
    ],
)
def test_what_could_not_work_later_is_refused_in_one_sentence_without_its_secrets(
    tmp_path: Path, name: str, value: str
) -> None:
    with pytest.raises(SettingsError, match=name) as refused:
        from_env({name: value}, data=tmp_path / "data")
    assert "hunter2" not in str(refused.value)
    assert not (tmp_path / "data").exists() or name != "FIRSTLINE_DATABASE_URL"


def test_workers_on_the_command_line_have_the_same_limit(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="--workers"):
        from_env({}, data=tmp_path, workers=99999)


def test_other_spellings_of_right_values_are_taken(tmp_path: Path) -> None:
    settings = from_env(
        {
            "FIRSTLINE_DATABASE_URL": "host=db.example dbname=desk",
            "FIRSTLINE_PUBLIC_URL": "HTTPS://Приклад.укр:8443/",
            "FIRSTLINE_TRUSTED_PROXIES": "127.0.0.1,10.0.0.0/8 fd00::/8",
            "FIRSTLINE_MAIL_FROM": "Підтримка <support@приклад.укр>",
            "FIRSTLINE_TEST_URL": "somebody else's",
        },
        data=tmp_path,
    )
    assert not settings.embedded
    assert settings.public_url == "https://xn--80aikifvh.xn--j1amh:8443"
    # A socket that listens on IPv6 sees an IPv4 proxy by its mapped address.
    assert settings.trusted_proxies == (
        "127.0.0.1", "::ffff:127.0.0.1", "10.0.0.0/8", "::ffff:10.0.0.0/104", "fd00::/8",
    )  # fmt: skip
