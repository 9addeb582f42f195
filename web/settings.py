"""Settings: from the environment, or from a file `.env` where Pincite is started."""

import os
import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings import SettingsError as NotJson

from bot.confidence import MOST_WRONG
from index.errors import PinciteError

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
ANY = frozenset({"0.0.0.0", "::"})  # noqa: S104 - the names of all interfaces, which are no address to go to
CHECKOUT = Path(__file__).resolve().parent.parent


class SettingsError(PinciteError):
    """A setting has a value that cannot be used."""


class Integration(BaseModel):
    """One slash command or outgoing webhook of a chat tool, with the token that the tool made for it."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    kind: Literal["mattermost", "rocketchat"]
    token: SecretStr = Field(min_length=1)


class Settings(BaseSettings):
    """Each field NAME is set by the variable PINCITE_NAME; the README's table says the same."""

    model_config = SettingsConfigDict(
        env_prefix="PINCITE_",
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    library: Path | None = Field(None, description="Folder of your own library; without it Pincite works on the seeds.")
    seeds: Path = Field(CHECKOUT / "seeds", description="Folder of the documents that answer while no library is set.")
    host: str = Field("127.0.0.1", description="Address `pincite serve` listens on.")
    port: int = Field(8000, ge=0, le=65535, description="Port `pincite serve` listens on; 0 takes any free one.")
    allowed_hosts: str | None = Field(
        None,
        description="Names, parted by commas, that requests may ask for; by default this machine's own while it "
        "listens on a loopback address, and any otherwise.",
    )
    min_confidence: float | None = Field(
        None,
        ge=0,
        le=1,
        description="Confidence below which Pincite abstains, whatever share of the answers is wrong then.",
    )
    most_wrong: float = Field(
        MOST_WRONG,
        ge=0,
        le=1,
        description="Share of wrong answers you put up with among those shown to questions that the documents answer: "
        "it sets the confidence below which Pincite abstains.",
    )
    reader: Path | None = Field(
        None,
        description="Folder of another span model: `tokenizer.json` beside an ONNX export or transformers weights.",
    )
    threads: int | None = Field(None, ge=1, description="Processors the reader uses; all by default.")
    keep_days: int = Field(
        365, ge=0, le=36_500, description="Days that questions, answers and votes are kept; 0 stores none of them."
    )
    public_url: str | None = Field(
        None,
        pattern=r"^https?://[^/?#\s]+[^?#\s]*$",
        description="Address under which people reach this server, for links in chat; by default host and port.",
    )
    api_key: SecretStr | None = Field(
        None, min_length=1, description="Key that every request must bring, chat tools aside; without it none must."
    )
    webhooks: dict[Annotated[str, Field(pattern="^[a-z0-9-]+$")], Integration] = Field(
        {}, description="Integrations of Mattermost and Rocket.Chat by their names, as JSON."
    )
    slack_signing_secret: SecretStr | None = Field(
        None, description="Signing secret of the Slack app; it opens /slack/commands, /slack/events and /slack/actions."
    )
    slack_bot_token: SecretStr | None = Field(
        None, description="The Slack app's bot token (xoxb-...), with which answers are posted."
    )
    slack_app_token: SecretStr | None = Field(
        None, description="App-level token (xapp-...) for Socket Mode, which needs no public address."
    )
    slack_person: str | None = Field(
        None,
        pattern=r"^[CGDUW][A-Z0-9]+$",
        description="Id of the Slack channel or user who is asked when somebody presses *Ask a person*.",
    )
    slack_channels: str | None = Field(
        None,
        description="Ids of Slack channels, parted by commas, where plain questions are answered without a mention, "
        "and only with a citation.",
    )
    slack_api_url: str = Field(
        "https://slack.com/api/",
        pattern=r"^https?://[^/?#\s]+/[^?#\s]*$",
        description="Address of Slack's Web API; another one for GovSlack.",
    )

    @field_validator("slack_signing_secret", "slack_bot_token", "slack_app_token")
    @classmethod
    def _sendable(cls, secret: SecretStr | None) -> SecretStr | None:
        """Refuse what no header can carry: a slip in pasting, mostly. The value is never shown."""
        if secret is not None and not re.fullmatch(r"[!-~]+", secret.get_secret_value()):
            raise ValueError("it holds blanks or letters that no token has; paste it again")
        return secret

    @property
    def hosts(self) -> frozenset[str] | None:
        """The names that requests may ask for; None where any may be.

        A page elsewhere can point its own name at a loopback address (DNS rebinding) and would read
        documents that nobody but this machine's user may see.
        """
        if self.allowed_hosts is not None:
            return frozenset(name.strip().lower() for name in self.allowed_hosts.split(",") if name.strip())
        return LOOPBACK | {self.host} if self.local else None

    @property
    def local(self) -> bool:
        """Whether only this machine reaches the server."""
        return self.host in LOOPBACK or self.host.startswith("127.")

    @property
    def site(self) -> str:
        """The address under which people reach this server, without a slash at its end."""
        if self.public_url is not None:
            return self.public_url.rstrip("/")
        host = "localhost" if self.host in ANY else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def listened_channels(self) -> frozenset[str]:
        """The Slack channels where plain questions are answered."""
        return frozenset(name.strip() for name in (self.slack_channels or "").split(",") if name.strip())

    @property
    def library_folder(self) -> Path:
        """Where the library is: the person's own, or the one derived from the seeds, beside them."""
        seeds = Path(os.path.realpath(self.seeds))
        return self.library or seeds.parent / ".pincite" / seeds.name


def read_settings(**given: object) -> Settings:
    """Return the settings, `given` values first. Raises SettingsError naming what is wrong."""
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name, *inside = (str(part) for part in first["loc"])
        where = f"{'.'.join(inside)}: " if inside else ""
        raise SettingsError(f"PINCITE_{name.upper()}: {where}{first['msg'].removeprefix('Value error, ')}.") from error
    except NotJson:
        wanted = '{"NAME": {"kind": "mattermost" or "rocketchat", "token": "..."}}'
        raise SettingsError(f"PINCITE_WEBHOOKS: not JSON such as {wanted}.") from None  # which holds the tokens
    except (UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"The file .env in this folder cannot be read ({error}).") from error
