from pathlib import Path

import pytest

from declaration.config import DEMO_PASSPHRASE, Settings, cache_folder
from declaration.errors import ConfigurationError

SERVICE = {
    "DECLARATION_RP_ID": "duesseldorf.example",
    "DECLARATION_ORIGINS": "https://duesseldorf.example, https://sign.duesseldorf.example:8443",
    "DECLARATION_DATABASE_URL": "postgresql://declaration:8fQz-wv7@db/declaration",
    "DECLARATION_KEY_PASSPHRASE": "six words that nobody would guess",
    "DECLARATION_TIMESTAMP_URL": "https://tsa.example/rfc3161",
    "DECLARATION_TIMESTAMP_ROOT": "/etc/declaration/tsa-root.pem",
    "DECLARATION_KEYS": "/etc/declaration/keys",
}


def test_a_service_reads_every_setting_from_the_environment():
    settings = Settings.from_environment(SERVICE | {"PATH": "/bin"})
    assert settings == Settings(
        database_url="postgresql://declaration:8fQz-wv7@db/declaration",
        keys=Path("/etc/declaration/keys"),
        passphrase="six words that nobody would guess",
        timestamp_url="https://tsa.example/rfc3161",
        timestamp_root=Path("/etc/declaration/tsa-root.pem"),
        rp_id="duesseldorf.example",
        origins=("https://duesseldorf.example", "https://sign.duesseldorf.example:8443"),
        demo=False,
    )


def test_a_demo_needs_no_setting():
    settings = Settings.from_environment({"DECLARATION_DEMO": "1"})
    assert settings.demo
    assert settings.passphrase == DEMO_PASSPHRASE
    assert settings.rp_id == "localhost"
    assert settings.database_url.startswith("sqlite:///")


def test_secrets_are_not_shown():
    shown = repr(Settings.from_environment(SERVICE))
    assert "8fQz" not in shown
    assert "six words" not in shown


def test_settings_are_frozen():
    settings = Settings.from_environment(SERVICE)
    with pytest.raises(AttributeError):
        settings.demo = True


def test_without_a_passphrase_a_person_is_asked():
    environment = {name: value for name, value in SERVICE.items() if name != "DECLARATION_KEY_PASSPHRASE"}
    assert Settings.from_environment(environment).passphrase is None


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"DECLARATION_RP_ID": ""}, "config.rp-id"),  # localhost, outside a demo
        ({"DECLARATION_RP_ID": "localhost"}, "config.rp-id"),
        ({"DECLARATION_RP_ID": "127.0.0.1"}, "config.rp-id"),
        ({"DECLARATION_RP_ID": "https://duesseldorf.example"}, "config.rp-id"),
        ({"DECLARATION_RP_ID": "Duesseldorf.example"}, "config.rp-id"),
        ({"DECLARATION_ORIGINS": "http://duesseldorf.example"}, "config.origins"),
        ({"DECLARATION_ORIGINS": "https://duesseldorf.example/"}, "config.origins"),
        ({"DECLARATION_ORIGINS": "https://duesseldorf.example:port"}, "config.origins"),
        ({"DECLARATION_ORIGINS": "https://[::1"}, "config.origins"),
        ({"DECLARATION_ORIGINS": "https://evilduesseldorf.example"}, "config.origins"),
        ({"DECLARATION_ORIGINS": "https://other.example"}, "config.origins"),
        ({"DECLARATION_ORIGINS": ","}, "config.origins"),
        ({"DECLARATION_PROXIES": "proxy.example"}, "config.proxies"),
        ({"DECLARATION_PROXIES": "127.0.0.1, 0.0.0.0/0"}, "config.proxies"),
        ({"DECLARATION_PROXIES": "::/0"}, "config.proxies"),
        ({"DECLARATION_PROXIES": "*"}, "config.proxies"),
        ({"DECLARATION_TIMESTAMP_URL": "tsa.example"}, "config.timestamp-url"),
        ({"DECLARATION_TIMESTAMP_URL": "http://[::1"}, "config.timestamp-url"),
        ({"DECLARATION_DEMO": "perhaps"}, "config.demo"),
        ({"DECLARATION_KEY_PASSPHRASE": DEMO_PASSPHRASE}, "config.passphrase"),
        ({"DECLARATION_KEY_PASSPHRASE": "changeme"}, "config.passphrase"),
        ({"DECLARATION_KEY_PASSPHRASE": "Secret"}, "config.passphrase"),
        ({"DECLARATION_KEY_PASSPHRASE": "fifteen letters"}, "config.passphrase"),
        ({"DECLARATION_DATABASE_URL": "postgresql://postgres:postgres@db/x"}, "config.database-password"),
        ({"DECLARATION_DATABASE_URL": "postgresql://d:Password@db/x"}, "config.database-password"),
    ],
)
def test_settings_that_cannot_work_or_only_seem_safe_are_refused(changed, code):
    with pytest.raises(ConfigurationError) as refused:
        Settings.from_environment(SERVICE | changed)
    assert refused.value.code == code
    assert "DECLARATION_" in refused.value.hint
    assert changed.get("DECLARATION_KEY_PASSPHRASE", "-" * 20) not in str(refused.value)


def test_the_default_secrets_of_a_demo_end_with_it():
    demo = Settings.from_environment({"DECLARATION_DEMO": "1"})
    service = {**SERVICE, "DECLARATION_KEY_PASSPHRASE": demo.passphrase}
    with pytest.raises(ConfigurationError):
        Settings.from_environment(service)


def test_what_can_be_made_again_is_kept_where_the_user_keeps_such_things():
    assert cache_folder({"XDG_CACHE_HOME": "/c", "HOME": "/h"}) == Path("/c/declaration")
    assert cache_folder({"XDG_CACHE_HOME": "relative", "HOME": "/h"}) == Path("/h/.cache/declaration")
    assert cache_folder({"HOME": "/h"}) == Path("/h/.cache/declaration")
    assert cache_folder({}) is None
