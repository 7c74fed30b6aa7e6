"""The HTML checker finds what it is there to find: each planted fault by itself."""

import pytest

from tests.html import check_page

GOOD = """<!DOCTYPE html><html lang="en"><head><title>Cases</title></head><body><main><h1>Cases</h1>
<h2>Open</h2><form method="post"><input type="hidden" name="csrf_token" value="x">
<label for="name">Name</label><p id="name-hint">As in the passport</p>
<input id="name" name="name" aria-describedby="name-hint"><fieldset><legend>Sex</legend></fieldset>
<button>Save</button></form><a href="/">Home</a></main></body></html>"""


def test_a_good_page_passes() -> None:
    check_page(GOOD)


@pytest.mark.parametrize(
    ("part", "broken", "fault"),
    [
        ("<h1>Cases</h1>", "<h1>Cases</h2>", "broken HTML"),
        ("<h2>Open</h2>", "<p><h2>Open</h2></p>", "broken HTML"),
        ("<a href", '<a class="a" class="b" href', "broken HTML"),
        ("<h1>Cases</h1>", "<p>Cases</p>", "0 h1"),
        ("<h2>Open</h2>", "<h1>Open</h1>", "2 h1"),
        ("<h2>Open</h2>", "<h3>Open</h3>", "follows h1"),
        ("<h2>Open</h2>", "<h2> </h2>", "an empty h2"),
        (' lang="en"', "", "no lang"),
        ("<title>Cases</title>", "<title> </title>", "no title"),
        ('<label for="name">Name</label>', "", "has no label"),
        ('<label for="name">Name</label>', '<label for="name"></label>', "has no label"),
        ("<legend>Sex</legend>", "", "no legend"),
        ('id="name-hint"', 'id="hint"', "points at nothing"),
        ('<label for="name">', '<label for="nome">', "points at nothing"),
        ('<a href="/">', '<a href="#lost">', "leads nowhere"),
        ('id="name-hint"', 'id="name"', "stands 2 times"),
        ("<h1>", '<h1 style="color:red">', "inline style"),
        ("<h1>", '<h1 onclick="go()">', "inline onclick"),
        ("<h2>", "<script>go()</script><h2>", "inline <script>"),
        ('<a href="/">', '<a href="javascript:go()">', "javascript: link"),
        ("<button>Save</button>", "<button></button>", "has no text"),
        ("Home</a>", "</a>", "has no text"),
        ("Home</a>", '<img src="x"></a>', "has no alt"),
        ('<input type="hidden" name="csrf_token" value="x">', "", "without a CSRF token"),
    ],
)
def test_a_planted_fault_is_found(part: str, broken: str, fault: str) -> None:
    assert part in GOOD
    with pytest.raises(AssertionError, match=fault):
        check_page(GOOD.replace(part, broken))


def test_a_page_like_a_good_one_is_not_read_again_and_a_fault_in_it_is_found() -> None:
    check_page(GOOD)
    check_page(GOOD.replace("Cases", "Dossiers &amp; more").replace('value="x"', 'value="y"'))
    for other in ("a\x01b", "a &nosuch; b", "<b>a"):
        with pytest.raises(AssertionError):
            check_page(GOOD.replace("As in the passport", other))
    with pytest.raises(AssertionError, match="an empty h2"):
        check_page(GOOD.replace("<h2>Open</h2>", "<h2>\n</h2>"))
