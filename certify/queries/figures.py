"""Numbers that were counted as far as they matter: no page counts what has no end."""


def told(count: int, most: int) -> str:
    """The number as it is shown; `most` stands for any number from there on."""
    return f"{most}+" if count >= most else str(count)
