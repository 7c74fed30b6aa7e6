"""The local list of common passwords: words that people repeat, string together or count up with."""

import re
from collections.abc import Iterable

_LISTED = """
    password passwort passw0rd p4ssword pass word motdepasse contrasena senha parola matkhau katasandi sandi
    qwerty qwertyui qwertyuiop qwertz azerty asdf asdfgh asdfghjkl zxcv zxcvbn zxcvbnm qazwsx wsx edc
    1q2w3e 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1qaz 2wsx 3edc 4rfv qaz zaq1 xsw2 q1w2e3 q1w2e3r4 abc abcd abcdef
    letmein welcome admin administrator root guest user login master access secret changeme change me
    default test testing temp temporary demo sample example hello iloveyou ilove you love lovely sunshine
    princess monkey dragon football baseball basketball soccer superman batman shadow michael jordan harley
    jennifer hunter ranger buster trustno1 whatever freedom computer internet samsung google facebook
    liverpool chelsea arsenal barcelona madrid charlie daniel andrew thomas robert jessica ashley nicole
    summer winter spring autumn monday friday january december flower cookie butterfly purple orange
    starwars pokemon naruto cheese ginger pepper killer nothing forever family mother father angel jesus
    blessed god bless money success company office manager service support system server database
    certify score trainer trainers certified expert coordinator ilo country india indonesia china vietnam
    ethiopia ghana kenya myanmar peru colombia bolivia tunisia turkey bangladesh
"""
WORDS = frozenset(_LISTED.split())

RUNS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789012345678901234567890",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "1q2w3e4r5t6y7u8i9o0p",
)
MOST_WORDS = 2  # so many different common words may not make a whole password; more begin to be a phrase


def is_common(password: str, about: Iterable[str] = ()) -> bool:
    """Whether a password is one unit repeated, a run of keys, or little but common or own words."""
    plain = password.casefold()
    letters = re.sub(r"[\W_]+", "", plain)
    if len(set(plain)) < 5 or _repeats(plain) or _is_run(letters):
        return True
    own = {word for text in about for word in re.split(r"[\W_\d]+", text.casefold()) if len(word) > 2}
    return _is_strung_together(re.sub(r"[\W_\d]+", "", plain), own) or _is_strung_together(letters, own)


def _repeats(text: str) -> bool:
    return any(
        text == (text[:size] * len(text))[: len(text)] and size <= len(text) // 2
        for size in range(1, len(text) // 2 + 1)
    )


def _is_run(text: str) -> bool:
    return any(text in run * 2 or text in run[::-1] * 2 for run in RUNS)


def _is_strung_together(text: str, own: set[str]) -> bool:
    """Whether the text is made of at most two different common words and any number of the person's own."""
    if not text:
        return True
    common = WORDS - own
    pattern = "|".join(re.escape(word) for word in sorted(common | own, key=len, reverse=True))
    if re.fullmatch(f"(?:{pattern})+", text) is None:
        return False
    return len({word for word in re.findall(pattern, text) if word in common}) <= MOST_WORDS
