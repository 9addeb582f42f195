"""Signs: the characters that a PDF draws -> the text they are read as."""

HYPHENS = frozenset("\x02\ufffe\u00ad")
"""What PDFium gives for a hyphen at the end of a line."""

SIGNS = str.maketrans(
    {
        "ﬀ": "ff",
        "ﬁ": "fi",
        "ﬂ": "fl",
        "ﬃ": "ffi",
        "ﬄ": "ffl",
        "ﬅ": "ft",
        "ﬆ": "st",
        "\xa0": " ",
        "\0": " ",
        "\u200b": None,
    }
    | dict.fromkeys("\uf0b7\uf0a7\uf0d8\uf076\uf0fc●◦○■□▪▫►➢❖", "•")
)
"""Ligatures in letters, and the bullets of symbol fonts as one: a PDF draws shapes, words are what is looked for."""

RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")

Letters = list[tuple[str, int]]
"""Characters, and the number that PDFium gives each; -1 for a blank that is not drawn."""


def drawn(letters: Letters) -> tuple[str, tuple[int, ...]]:
    """Return `letters` as text, and the place of each of its characters."""
    parts = [(part, place) for sign, place in letters for part in sign.translate(SIGNS)]
    text = "".join(part for part, _ in parts)
    first, last = len(text) - len(text.lstrip()), len(text.rstrip())
    return text.strip(), tuple(place for _, place in parts[first:last])
