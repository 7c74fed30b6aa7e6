"""Every page of a list, one after the other."""

from certify.queries.paging import Page


def walked(page_of, **asked_of: object) -> list[Page]:
    """Every page of a list."""
    pages, cursor = [], None
    while not pages or cursor:
        pages.append(page_of(cursor=cursor, **asked_of))
        cursor = pages[-1].next
    return pages


def rows(pages: list[Page]) -> list:
    return [row for page in pages for row in page.items]
