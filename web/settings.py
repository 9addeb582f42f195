"""Settings: from the environment, or from a file `.env` where Pincite is started."""

import os
from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from index.errors import PinciteError

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
CHECKOUT = Path(__file__).resolve().parent.parent


class SettingsError(PinciteError):
    """A setting has a value that cannot be used."""


class Settings(BaseSettings):
    """Each field NAME is set by the variable PINCITE_NAME; the README's table says the same."""

    model_config = SettingsConfigDict(
        env_prefix="PINCITE_", env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
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
        None, ge=0, le=1, description="Confidence below which Pincite abstains; without it the reader's own threshold."
    )
    reader: Path | None = Field(
        None,
        description="Folder of another span model: `tokenizer.json` beside an ONNX export or transformers weights.",
    )
    threads: int | None = Field(None, ge=1, description="Processors the reader uses; all by default.")
    keep_days: int = Field(
        365, ge=0, description="Days that questions, answers and votes are kept; 0 stores none of them."
    )

    @property
    def hosts(self) -> frozenset[str] | None:
        """The names that requests may ask for; None where any may be.

        A page elsewhere can point its own name at a loopback address (DNS rebinding) and would read
        documents that nobody but this machine's user may see.
        """
        if self.allowed_hosts is not None:
            return frozenset(name.strip().lower() for name in self.allowed_hosts.split(",") if name.strip())
        return LOOPBACK | {self.host} if self.host in LOOPBACK or self.host.startswith("127.") else None

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
        name = "PINCITE_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(f"{name}: {first['msg']}.") from error
    except (UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"The file .env in this folder cannot be read ({error}).") from error
