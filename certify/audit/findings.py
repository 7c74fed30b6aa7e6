"""What a check finds: which row, what is wrong with it, and what to do."""

from dataclasses import asdict, dataclass

RESTORE = (
    "Somebody or something changed the database past the application: keep it as it is, compare with the "
    "last backup that verifies, and ask who had the password."
)
RETIRED = (
    "If a server ran on with the old key after flask audit rotate-key, restart it; if none did, somebody "
    "has a copy of the retired key."
)


@dataclass(frozen=True)
class Finding:
    """One thing that does not hold."""

    table: str
    row: str
    wrong: str
    remedy: str = RESTORE

    def __str__(self) -> str:
        return f"{self.table} {self.row}: {self.wrong}"

    def as_json(self) -> dict[str, str]:
        """For `--json`."""
        return {name: str(value) for name, value in asdict(self).items()}  # an id may be bytes by now
