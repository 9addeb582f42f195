"""Nodes: YAML -> what it is made of, and no deeper than people write."""

from io import StringIO

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import Node
from ruamel.yaml.scanner import RoundTripScanner, ScannerError
from ruamel.yaml.tokens import Token

MOST_NESTED = 100
"""Lists and keys inside each other; what Pincite reads needs six. ruamel.yaml takes minutes over some thousands."""


class _Scanner(RoundTripScanner):
    """Stops where what it reads is nested too deeply."""

    def fetch_flow_collection_start(self, TokenClass: type[Token], to_push: str) -> None:
        """Go into brackets."""
        self._refuse_deep()
        super().fetch_flow_collection_start(TokenClass, to_push)

    def add_indent(self, column: int) -> bool:
        """Go into rows that are indented further."""
        self._refuse_deep()
        return super().add_indent(column)

    def _refuse_deep(self) -> None:
        if len(self.flow_context) + len(self.indents) > MOST_NESTED:
            raise ScannerError(None, None, "it nests too deeply", self.reader.get_mark())


def nodes(text: str) -> Node | None:
    """Return the root of the YAML `text`, None where it is empty. Raises YAMLError, and ValueError for odd signs."""
    yaml = YAML()
    yaml.Scanner = _Scanner
    root: Node | None = yaml.compose(StringIO(text))
    return root


def trouble(error: MarkedYAMLError) -> tuple[int, str]:
    """Return the line, from 1, of what is wrong with a text, and what is."""
    mark = error.problem_mark or error.context_mark
    return mark.line + 1 if mark else 1, " ".join(filter(None, [error.context, error.problem]))
