"""The list of the demonstration's sign-ins, for people and programs: `demo.json`."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from certify.demo.people import EVERYBODY, SIGN_INS


def write(path: Path, password: str, tokens: Mapping[str, str]) -> None:
    """Write the list, readable by its owner alone; `tokens` by key. What does not exist yet is null."""
    everybody = {one.key: one for one in EVERYBODY}
    entries = [
        {
            "role": role,
            "name": everybody[key].name,
            "email": everybody[key].email,
            "password": password,
            "token": tokens[key],
            "totp_secret": None,
        }
        for role, key in SIGN_INS
    ]
    unfinished = path.with_suffix(".part")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(entries, file, ensure_ascii=False, indent=2)
        file.write("\n")
    os.replace(unfinished, path)
