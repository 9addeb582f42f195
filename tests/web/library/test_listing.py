import time
from collections import Counter

from index.catalogue import Entry
from web.library.listing import PER_PAGE, Sort, Wanted, cells, table


def entry(number: int) -> Entry:
    kind = "application/pdf" if number % 3 else "text/plain"
    return Entry(
        f"{number:012x}", f"Title {number}", f"docs/{number:05}.pdf", kind, "0" * 64, f"20{number % 25:02}-01-01",
        number * 7 % 1000, number % 40, number % 90, f"/docs/{number}",
    )  # fmt: skip


def test_ten_thousand_documents_are_paged_at_once() -> None:
    entries = [entry(number) for number in range(10_000)]
    seen: Counter[str] = Counter()
    began = time.perf_counter()
    for page in (1, 2, 200):
        found = table(entries, {}, Wanted(page=page, sort=Sort.TITLE))
        seen.update(row.entry.id for row in found.rows)
    assert (found.found, found.pages, len(found.rows)) == (10_000, 200, PER_PAGE)
    assert max(seen.values()) == 1
    assert time.perf_counter() - began < 5
    assert found.kinds == Counter(one.media_type for one in entries)


def test_every_order_is_one_and_its_turn_the_other() -> None:
    entries = [entry(number) for number in range(30)]
    for sort in Sort:
        there, back = (table(entries, {}, Wanted(sort=sort, turned=turned)).rows for turned in (False, True))
        assert {row.entry.id for row in there} == {row.entry.id for row in back}
        if sort not in (Sort.CITED, Sort.LAST):
            assert there != back, sort


def test_a_strip_keeps_what_was_cited_in_sight() -> None:
    assert cells([]) == []
    assert cells([0, 2, 0]) == [0, 2, 0]
    counts = [0] * 1000
    counts[777] = 5
    assert len(cells(counts)) == 60
    assert max(cells(counts)) == 5
    assert sum(map(bool, cells(counts))) == 1
