"""What a page's tables show, read as a reader would: by the row's name and the column's."""

import re
from html import unescape


def cell_of(page: str, row: str, column: str) -> str | None:
    """The words in a cell; None where there is no such row."""
    for line in re.findall(r"<tr>.*?</tr>", page, re.DOTALL):
        head = re.search(r'<th scope="row"[^>]*>(.*?)</th>', line, re.DOTALL)
        if head and _words(head.group(1)) == row:
            cell = re.search(rf'<td data-label="{re.escape(column)}">(.*?)</td>', line, re.DOTALL)
            return _words(cell.group(1)) if cell else None
    return None


def _words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def links_with(page: str, words: str) -> dict[str, str]:
    """The addresses of the links in whose words these occur, by what the link says."""
    found = re.findall(r'<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>', page, re.DOTALL)
    return {_words(said): unescape(href) for href, said in found if words in _words(said)}
