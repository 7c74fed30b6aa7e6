"""What the papers say: an edition's statements, with what they are about filled in."""


def filled(statement: str, *, module: str, scheme: str) -> str:
    """A statement with its module and scheme; other braces are the edition's own and stay."""
    return statement.replace("{module}", module).replace("{scheme}", scheme)
