"""Signature: whether a request was sent by Slack, within the last five minutes.

Source: https://docs.slack.dev/authentication/verifying-requests-from-slack/
"""

import re
from collections.abc import Mapping

from slack_sdk.signature import Clock, SignatureVerifier

TIMESTAMP = re.compile(r"[0-9]{1,12}", re.ASCII)
"""Seconds since 1970. The verifier reads far more than that as a number, and raises on the rest."""


class Signature:
    """Checks requests against one signing secret."""

    def __init__(self, secret: str, clock: Clock | None = None) -> None:
        """Name the secret; `clock` tells the time, in seconds."""
        self._verifier = SignatureVerifier(secret, clock or Clock())

    def holds(self, body: bytes, headers: Mapping[str, str]) -> bool:
        """Tell whether `headers` sign exactly these bytes. Junk of any kind is False, never an error.

        `headers` finds names in lower case. The comparison takes the same time wherever the two differ.
        """
        timestamp = headers.get("x-slack-request-timestamp", "")
        signature = headers.get("x-slack-signature", "")
        if not TIMESTAMP.fullmatch(timestamp) or not signature.isascii():
            return False
        try:
            return self._verifier.is_valid(body, timestamp, signature)
        except UnicodeDecodeError:  # Slack sends UTF-8 alone
            return False
