import pytest

from index import Embedder, Library, lexical
from index.formats import make_document


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Library:
    library = Library(tmp_path_factory.mktemp("library"), embedder)
    library.add_documents(
        [
            make_document("The battery factory of Berlin opened near the river.", source="berlin.txt"),
            make_document("Cars are built in Bonn. Text and context are words here.", source="bonn.txt"),
            make_document("Before nothing.\0After the zero stands Zeppelin.", source="nul.txt"),
        ]
    )
    return library


def found(library: Library, question: str) -> list[str]:
    passages = library.passages(rows := lexical.search(library, question, 10))
    documents = [library.document(passages[row].document_id) for row in rows]
    return [document.source for document in documents if document]


def test_words_are_quoted_each_and_any_may_match() -> None:
    assert lexical.expression("Battery factory, Berlin?") == '"battery" OR "factory" OR "berlin"'


def test_words_are_asked_once() -> None:
    assert lexical.expression("Berlin berlin BERLIN") == '"berlin"'


def test_stop_words_are_dropped_unless_there_is_nothing_else() -> None:
    assert lexical.expression("Where is the factory?") == '"factory"'
    assert lexical.expression("Who are they?") == '"who" OR "are" OR "they"'


@pytest.mark.parametrize("question", ["", " ", "?!", '"', "*", "-", "()", "\0", "😀", "\u0301"])
def test_a_question_without_words_finds_nothing(question: str, library: Library) -> None:
    assert lexical.expression(question) == ""
    assert found(library, question) == []


@pytest.mark.parametrize(
    "question",
    [
        "NEAR(berlin bonnx, 5)", "NEAR(", '"berlin', 'ber"lin berlin', "berlin*", "-berlin", "berlin AND nowhere",
        "berlin NOT battery", "text:berlin", "{context text}: berlin", "(berlin", "berlin)", "^berlin", "berlin + x",
        "berlin\0x", "berlin; DROP TABLE passages_fts; --", "'berlin'", "berlin OR", "AND OR NOT berlin", "berlin\\",
    ],
)  # fmt: skip
def test_operators_are_only_words(question: str, library: Library) -> None:
    assert "berlin.txt" in found(library, question)


def test_a_column_name_is_a_word(library: Library) -> None:
    assert found(library, "context: text") == ["bonn.txt"]


def test_a_prefix_is_not_completed(library: Library) -> None:
    assert found(library, "Berl*") == []


def test_words_match_in_any_case_and_by_their_stem(library: Library) -> None:
    assert found(library, "BATTERIES") == ["berlin.txt"]
    assert found(library, "car") == ["bonn.txt"]


def test_words_after_a_nul_are_found(library: Library) -> None:
    assert found(library, "zeppelin") == ["nul.txt"]


def test_the_limit_is_kept(library: Library) -> None:
    assert len(lexical.search(library, "berlin bonn zeppelin", 2)) == 2
    assert len(lexical.search(library, "berlin bonn zeppelin", 10)) == 3


@pytest.mark.parametrize("question", ["²", "_", "½ ²", "ª", "①", "٣", "ﬁ", "ß", "\ufdfa"])
def test_characters_that_the_index_reads_otherwise_are_no_error(question: str, library: Library) -> None:
    assert found(library, question) == []
