"""Metadata: what is known about a document beside its words, in one form whoever said it.

The keys are KEYS, the values texts: `date` in ISO 8601 as exact as it is known (YYYY, YYYY-MM or YYYY-MM-DD),
`language` in BCP 47, `tags` in lower case, each once, parted by TAG_GAP, `url` with http or https.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from index.document import normalise

KEYS = ("title", "author", "date", "language", "tags", "url")
LENGTH = 300
"""Characters of a value; an address may have ADDRESS_LENGTH."""
ADDRESS_LENGTH = 2000
MOST_TAGS = 50
TAG_LENGTH = 60
"""Characters of a tag. What is longer is a sentence, or words that nobody parted."""
TAG_GAP = ", "
"""Between two tags; none has a comma in it."""

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WHOLE_DATE = re.compile(r"(\d{4})([-/.]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?=$|[T\s\d+Z-])")
PART_DATE = re.compile(r"(\d{4})(?:[-/.]?(0[1-9]|1[0-2]))?(?=$|[T\s+Z])")
MONTH = rf"(?P<month>{'|'.join(MONTHS)})[a-z]*\.?"
NAMED_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+)?{MONTH},?\s+(?P<year>\d{{4}})\b",
        rf"{MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})\b",
    )
)
LANGUAGE = re.compile(
    r"(?P<language>[a-z]{2,3})(?:[-_](?P<script>[a-z]{4}))?(?:[-_](?P<region>[a-z]{2}|\d{3}))?"
    r"(?P<variants>(?:[-_](?:[a-z\d]{5,8}|\d[a-z\d]{3}))*)(?:\..*)?",
    re.IGNORECASE,
)
"""A tag of RFC 5646 (BCP 47) without extensions; also as programs write it, en_US.UTF-8."""
SHORT = dict(
    pair.split("=")
    for pair in """
    eng=en deu=de ger=de fra=fr fre=fr spa=es ita=it por=pt nld=nl dut=nl dan=da swe=sv nor=no nob=nb nno=nn fin=fi
    isl=is ice=is pol=pl ces=cs cze=cs slk=sk slo=sk slv=sl hrv=hr srp=sr hun=hu ron=ro rum=ro bul=bg ell=el gre=el
    rus=ru ukr=uk tur=tr ara=ar heb=he fas=fa per=fa hin=hi jpn=ja kor=ko zho=zh chi=zh vie=vi tha=th ind=id lat=la
    cat=ca eus=eu baq=eu gle=ga cym=cy wel=cy lit=lt lav=lv est=et
    """.split()
)
"""Codes of ISO 639-2, which books carry, with the shorter ones that RFC 5646 (2.2.1) asks for."""


def normalised(stated: Mapping[str, str]) -> dict[str, str]:
    """Return the facts of `stated` in their one form; what has none (a date that is no date) is left out."""
    found = {
        "title": one_line(stated.get("title", "")),
        "author": one_line(stated.get("author", "")),
        "date": day(stated.get("date")),
        "language": language(stated.get("language")),
        "tags": TAG_GAP.join(tags([stated.get("tags", "")])),
        "url": address(stated.get("url")),
    }
    return {key: value for key, value in found.items() if value}


def one_line(text: str) -> str:
    """Return `text` in one row of at most LENGTH characters, in NFC."""
    return normalise(" ".join(text.replace("\0", " ").split()))[:LENGTH].rstrip()


def day(text: str | None) -> str | None:
    """Return the date that `text` begins with, as exact as it says: YYYY, YYYY-MM or YYYY-MM-DD; None without one.

    Read are ISO 8601, RFC 2822, and English with the month's name. What may be a day or a month (03/05/2024) is
    no date; a day that no calendar has neither.
    """
    text = (text or "").strip()
    if whole := WHOLE_DATE.match(text):
        return _checked(whole[1], whole[3], whole[4])
    if part := PART_DATE.match(text):
        return _checked(*part.groups())
    for pattern in NAMED_DATES:
        if named := pattern.match(text):
            month = MONTHS.index(named["month"].lower()) + 1
            return _checked(named["year"], f"{month:02}", named["day"] and f"{int(named['day']):02}")
    try:
        return parsedate_to_datetime(text).date().isoformat()
    except (ValueError, TypeError, IndexError):
        return None


def _checked(*parts: str | None) -> str | None:
    known = [part for part in parts if part]
    try:
        date(*[int(part) for part in [*known, "1", "1"][:3]])
    except ValueError:
        return None
    return "-".join(known)


def language(text: str | None) -> str | None:
    """Return `text` as a language tag of BCP 47, written as RFC 5646 (2.1.1) recommends: zh-Hant-TW; None else."""
    found = LANGUAGE.fullmatch((text or "").strip())
    if found is None:
        return None
    code = found["language"].lower()
    parts = [SHORT.get(code, code), (found["script"] or "").title(), (found["region"] or "").upper()]
    variants = re.findall(r"[a-z\d]+", found["variants"].lower())
    return "-".join(filter(None, [*parts, *variants]))


def tags(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the tags in `texts`, which may each hold several, parted by commas or semicolons; MOST_TAGS at most.

    They are in lower case, in order, each once. A # before one is not part of it.
    """
    found = (tag(part) for text in texts for part in re.split("[,;]", text))
    return tuple(dict.fromkeys(one for one in found if one and len(one) <= TAG_LENGTH))[:MOST_TAGS]


def tag(text: str) -> str:
    """Return one tag as it is compared."""
    return one_line(text).lstrip("#").strip().casefold()


def tags_of(metadata: Mapping[str, str]) -> tuple[str, ...]:
    """Return the tags in a document's metadata."""
    return tuple(filter(None, metadata.get("tags", "").split(TAG_GAP)))


def address(text: str | None) -> str | None:
    """Return a web address, or None where `text` is none or longer than ADDRESS_LENGTH."""
    text = (text or "").strip()
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    whole = parts.scheme in ("http", "https") and parts.netloc and not re.search(r"[\s\0-\x1f\x7f]", text)
    return text if whole and len(text) <= ADDRESS_LENGTH else None
