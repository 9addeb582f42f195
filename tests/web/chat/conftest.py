"""What the chat tests share: documents of any Unicode with a place in them, and what is told of it."""

from hypothesis import strategies as st

from bot import Answer, Citation
from index.formats import make_document
from web.desk import Told

NASTY = [
    "**", "__", "*", "_", "~~", "`", "```", "~", "[", "](", "http://a.b/c_d", "www.x.com", "example.com/a_b", "<", ">",
    "<!channel>", "<http://a.b|c>", "&lt;", "&#42;", "&", "|", "||", "#tag", "@channel", "@all", "a@b.com", "~town",
    ":smile:", ":)", ";)", "8)", "x-d", "$x$", "\\", "\\(", "1. ", "- ", "# ", "> ", "---", "===", "    ", "\t",
    "\u00a0", "\u2028", "\n", "\n\n", " ", "word", "January 2024", "(", ")", "“so”", "電池", "e\u0301", "👩‍🔬",
    "\u202e", "localhost:80", "color:#fff", "+49 123456", ".", ",", "\U0001fffe",
]  # fmt: skip

TEXTS = st.one_of(
    st.lists(st.sampled_from(NASTY), min_size=1, max_size=40).map("".join),
    st.text(st.characters(codec=None), min_size=1, max_size=400),
    st.lists(st.sampled_from(NASTY), min_size=200, max_size=2000).map("".join),
)


@st.composite
def citations(draw: st.DrawFn) -> Citation:
    """A place, of at least one word, in a document of anything."""
    text = draw(TEXTS) + draw(st.sampled_from(["x", " word", "*\n1"]))
    document = make_document(
        text, source="a*b.txt", title=draw(st.sampled_from(["A [title](x) <b>", "*T*", "Minutes"]))
    )
    start = draw(st.integers(0, len(document.text) - 1))
    return Citation(document, start, draw(st.integers(start + 1, min(len(document.text), start + 300))))


def told(answer: Answer, asked: str | None = None) -> Told:
    """Return what a desk would tell."""
    return Told(answer, answer.question if asked is None else asked, "id", "conversation", 1)
