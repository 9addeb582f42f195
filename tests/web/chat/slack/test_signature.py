from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.signature import Clock, SignatureVerifier

from tests.web.chat.slack.conftest import SECRET
from web.chat.slack.signature import Signature

NOW = 1_800_000_000


class Stopped(Clock):
    def now(self) -> float:
        return NOW


OURS = Signature(SECRET, Stopped())
THEIRS = SignatureVerifier(SECRET, Stopped())


def headers(timestamp: str, signature: str) -> dict[str, str]:
    return {"x-slack-request-timestamp": timestamp, "x-slack-signature": signature}


def sign(body: bytes, timestamp: str, secret: str = SECRET) -> str:
    return SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body) or ""


@given(st.text(), st.integers(NOW - 400, NOW + 400))
def test_what_slack_signs_holds_for_five_minutes_either_way(text: str, at: int) -> None:
    body, timestamp = text.encode(), str(at)
    held = OURS.holds(body, headers(timestamp, sign(body, timestamp)))
    assert held is (abs(at - NOW) <= 300)
    assert held is THEIRS.is_valid(body, timestamp, sign(body, timestamp))


@given(st.text(), st.text(), st.text(min_size=1).filter(str.strip))
def test_another_body_or_another_secret_does_not_hold(text: str, other: str, secret: str) -> None:
    body, timestamp = text.encode(), str(NOW)
    assert OURS.holds(body, headers(timestamp, sign(other.encode(), timestamp))) is (text == other)
    assert OURS.holds(body, headers(timestamp, sign(body, timestamp, secret))) is (secret == SECRET)


@given(st.binary(), st.text(), st.text())
def test_junk_never_holds_and_never_raises(body: bytes, timestamp: str, signature: str) -> None:
    assert not OURS.holds(body, headers(timestamp, signature))
    assert not OURS.holds(body, headers(str(NOW), signature))


@given(
    st.sampled_from(
        ["１８０００００００００", " 1800000000", "1_800_000_000", "+1800000000", "1800000000.0", "9" * 5000]
    )
)
def test_a_timestamp_that_python_reads_and_slack_never_sends_does_not_hold(timestamp: str) -> None:
    assert not OURS.holds(b"x", headers(timestamp, sign(b"x", timestamp)))


def test_a_body_that_is_no_utf_8_does_not_hold() -> None:
    assert not OURS.holds(b"\xff", headers(str(NOW), "v0=" + "0" * 64))


def test_headers_that_are_missing_do_not_hold() -> None:
    assert not OURS.holds(b"x", {})
    assert not OURS.holds(b"x", {"x-slack-signature": sign(b"x", str(NOW))})
    assert not OURS.holds(b"x", {"x-slack-request-timestamp": str(NOW)})
