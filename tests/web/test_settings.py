from pathlib import Path
from traceback import format_exception

import pytest
from pydantic import SecretStr

from bot.confidence import MOST_WRONG
from tests.conftest import SEEDS
from web.settings import Integration, Settings, SettingsError, read_settings

TEAM = Integration(kind="mattermost", token=SecretStr("t"))


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_settings_the_seeds_of_the_checkout_answer() -> None:
    settings = read_settings()
    assert settings.seeds == SEEDS
    assert settings.library is None
    assert settings.library_folder == SEEDS.parent / ".pincite" / "seeds"
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.most_wrong == MOST_WRONG


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("library", "/some/where", Path("/some/where")),
        ("seeds", "docs", Path("docs")),
        ("host", "0.0.0.0", "0.0.0.0"),
        ("port", "0", 0),
        ("allowed_hosts", "docs.example", "docs.example"),
        ("min_confidence", "0.75", 0.75),
        ("most_wrong", "0.05", 0.05),
        ("reader", "model", Path("model")),
        ("threads", "2", 2),
        ("keep_days", "30", 30),
        ("public_url", "https://pincite.example/ask", "https://pincite.example/ask"),
        ("api_key", "open sesame", SecretStr("open sesame")),
        ("webhooks", '{"team-a": {"kind": "mattermost", "token": "t"}}', {"team-a": TEAM}),
        ("slack_person", "C0HELP", "C0HELP"),
        ("slack_channels", "C1, C2", "C1, C2"),
        ("slack_api_url", "https://slack-gov.com/api/", "https://slack-gov.com/api/"),
    ],
)
def test_each_setting_is_read_from_its_variable(
    name: str, value: str, read: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"PINCITE_{name.upper()}", value)
    assert getattr(read_settings(), name) == read


def test_every_setting_is_tested_above_and_described() -> None:
    known = {"library", "seeds", "host", "port", "allowed_hosts", "min_confidence", "reader", "threads", "keep_days"}
    known |= {"public_url", "api_key", "webhooks", "most_wrong"}
    slack = {f"slack_{name}" for name in ("signing_secret", "bot_token", "app_token", "person", "channels", "api_url")}
    assert set(Settings.model_fields) == known | slack
    assert all(field.description for field in Settings.model_fields.values())


def test_a_file_env_is_read_and_the_environment_goes_before_it(
    empty_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (empty_folder / ".env").write_text("PINCITE_PORT=9001\nPINCITE_HOST=0.0.0.0\nOTHER_PROGRAM=x\n")
    monkeypatch.setenv("PINCITE_PORT", "9002")
    settings = read_settings()
    assert (settings.port, settings.host) == (9002, "0.0.0.0")


def test_what_is_given_goes_before_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PINCITE_PORT", "9002")
    assert read_settings(port=9003, host=None).port == 9003


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.setenv(f"PINCITE_{name.upper()}", "")
    assert read_settings() == Settings()
    assert read_settings().library is None


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "many"), ("PORT", "-1"), ("PORT", "65536"), ("PORT", "80.5"), ("MIN_CONFIDENCE", "1.1"),
     ("MIN_CONFIDENCE", "-0.1"), ("MIN_CONFIDENCE", "nan"), ("MIN_CONFIDENCE", "sure"), ("THREADS", "0"),
     ("PUBLIC_URL", "pincite.example"), ("PUBLIC_URL", "javascript:alert(1)"), ("PUBLIC_URL", "https://"),
     ("PUBLIC_URL", "https://a b"),
     ("KEEP_DAYS", "-1"), ("KEEP_DAYS", "36501"),
     ("PUBLIC_URL", "https://docs.example/?q=1"), ("SLACK_API_URL", "slack.com"), ("SLACK_PERSON", "#help")],
)  # fmt: skip
def test_a_bad_value_is_named(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"PINCITE_{name}", value)
    with pytest.raises(SettingsError, match=f"^PINCITE_{name}: "):
        read_settings()


def test_a_file_env_that_is_not_text_is_named(empty_folder: Path) -> None:
    (empty_folder / ".env").write_bytes(b"NAME=caf\xe9\n")
    with pytest.raises(SettingsError, match=r"\.env"):
        read_settings()


def test_the_library_of_the_seeds_follows_links(empty_folder: Path) -> None:
    (empty_folder / "real").mkdir()
    (empty_folder / "link").symlink_to("real")
    assert Settings(seeds=empty_folder / "link").library_folder == empty_folder.resolve() / ".pincite" / "real"


def test_a_server_on_a_loopback_address_answers_to_its_own_names_only() -> None:
    assert read_settings().hosts == {"localhost", "127.0.0.1", "::1"}
    assert "127.0.0.2" in (read_settings(host="127.0.0.2").hosts or ())
    assert read_settings(host="0.0.0.0").hosts is None
    assert read_settings(allowed_hosts="docs.example, Other.example").hosts == {"docs.example", "other.example"}


@pytest.mark.parametrize(
    ("value", "wrong"),
    [
        ("team", "not JSON such as"),
        ('{"team": {"kind": "mattermost", "token": "s3cret"}', "not JSON such as"),
        ("[]", "dictionary"),
        ('{"Team A": {"kind": "mattermost", "token": "s3cret"}}', r"Team A.*pattern"),
        ('{"": {"kind": "mattermost", "token": "s3cret"}}', "pattern"),
        ('{"team": {"kind": "slack", "token": "s3cret"}}', r"team\.kind: .*'mattermost' or 'rocketchat'"),
        ('{"team": {"kind": "mattermost"}}', r"team\.token: Field required"),
        ('{"team": {"kind": "mattermost", "token": ""}}', r"team\.token: "),
        ('{"team": {"kind": "mattermost", "token": ["s3cret"]}}', r"team\.token: "),
        ('{"team": {"kind": "mattermost", "token": "s3cret", "tokens": 1}}', r"team\.tokens: "),
        ('{"team": "s3cret"}', "team: "),
    ],
)
def test_a_mistake_in_the_webhooks_is_named_and_their_tokens_are_not(
    value: str, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINCITE_WEBHOOKS", value)
    with pytest.raises(SettingsError, match=f"^PINCITE_WEBHOOKS: .*{wrong}") as error:
        read_settings()
    assert "s3cret" not in "".join(format_exception(error.value))


def test_no_secret_is_printed() -> None:
    settings = read_settings(api_key="s3cret", webhooks={"team": {"kind": "rocketchat", "token": "s3cret"}})
    assert "s3cret" not in repr(settings) + str(settings) + settings.model_dump_json()


def test_links_in_chat_begin_with_the_address_people_use() -> None:
    assert read_settings(port=9003).site == "http://127.0.0.1:9003"
    assert read_settings(host="::1").site == "http://[::1]:8000"
    assert read_settings(host="0.0.0.0").site == "http://localhost:8000"
    assert read_settings(public_url="https://pincite.example/").site == "https://pincite.example"


@pytest.mark.parametrize(
    ("host", "local"), [("127.0.0.1", True), ("127.1.2.3", True), ("::1", True), ("0.0.0.0", False)]
)
def test_only_loopback_addresses_are_local(host: str, local: bool) -> None:
    assert read_settings(host=host).local == local


@pytest.mark.parametrize("name", ["slack_signing_secret", "slack_bot_token", "slack_app_token"])
def test_a_secret_is_read_and_never_shown(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"PINCITE_{name.upper()}", "xoxb-1-secret")
    settings = read_settings()
    assert getattr(settings, name).get_secret_value() == "xoxb-1-secret"
    assert "secret" not in repr(settings).replace("signing_secret", "")
    monkeypatch.setenv(f"PINCITE_{name.upper()}", "xoxb-1-\nhush")
    with pytest.raises(SettingsError, match=f"^PINCITE_{name.upper()}: .*paste it again") as refused:
        read_settings()
    assert "hush" not in str(refused.value)


def test_the_channels_that_are_listened_to_are_parted_by_commas() -> None:
    assert read_settings().listened_channels == frozenset()
    assert read_settings(slack_channels=" C1,C2 ,").listened_channels == {"C1", "C2"}
