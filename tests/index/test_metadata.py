import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.metadata import KEYS, MOST_TAGS, address, day, language, normalised, tags, tags_of


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("2024-03-05", "2024-03-05"),
        ("2024-03-05T10:00:00Z", "2024-03-05"),
        ("2024-03-05 10:00", "2024-03-05"),
        ("20240305101500+01'00'", "2024-03-05"),
        ("2024/03/05", "2024-03-05"),
        ("2024-03", "2024-03"),
        ("2024", "2024"),
        (" 5 March 2024", "2024-03-05"),
        ("March 5, 2024", "2024-03-05"),
        ("Sept. 1st, 2024", "2024-09-01"),
        ("March 2024", "2024-03"),
        ("Tue, 05 Mar 2024 10:00:00 +0100", "2024-03-05"),
        ("2024-02-30", None),
        ("2023-02-29", None),
        ("0000-01-01", None),
        ("03/05/2024", None),
        ("2024-13", None),
        ("20245", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_a_date_is_as_exact_as_what_was_said(said: str | None, means: str | None) -> None:
    assert day(said) == means


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("en", "en"),
        ("EN", "en"),
        ("en_us", "en-US"),
        ("en_GB.UTF-8", "en-GB"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("de-ch-1996", "de-CH-1996"),
        ("ger", "de"),
        ("eng", "en"),
        ("gsw", "gsw"),
        ("English", None),
        ("e", None),
        ("", None),
        (None, None),
    ],
)
def test_a_language_is_a_tag_of_bcp_47(said: str | None, means: str | None) -> None:
    assert language(said) == means


def test_tags_are_in_lower_case_and_each_once() -> None:
    assert tags(["Law, Energy; law", "#Grid  Codes", " ", "STRASSE, Straße"]) == (
        "law",
        "energy",
        "grid codes",
        "strasse",
    )


def test_what_is_too_long_is_no_tag_and_there_is_an_end_to_them() -> None:
    assert tags(["x" * 61, "x" * 60]) == ("x" * 60,)
    assert len(tags([",".join(map(str, range(1000)))])) == MOST_TAGS


@pytest.mark.parametrize(
    "wrong", ["ftp://x.org/", "javascript:alert(1)", "http://", "http://x y/", "//x", "http://[", "", None]
)
def test_an_address_is_one_of_the_web(wrong: str | None) -> None:
    assert address(wrong) is None
    assert address(" https://example.org/a?b=c#d ") == "https://example.org/a?b=c#d"


@given(st.dictionaries(st.sampled_from([*KEYS, "other"]), st.text()))
def test_metadata_has_one_form(stated: dict[str, str]) -> None:
    once = normalised(stated)
    assert set(once) <= set(KEYS)
    assert all(once.values())
    assert normalised(once) == once
    assert ",".join(tags_of(once)).split(",") == [*(tags_of(once) or [""])]
