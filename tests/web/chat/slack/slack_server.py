"""A Slack of one's own: a threaded server for the Web API and response_urls, which remembers what was said to it."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

Body = dict[str, Any]
Failure = tuple[int, Body | str, dict[str, str]]
"""Status, JSON or a page, and headers of an answer that is no success."""


@dataclass
class FakeSlack:
    """What is in the workspace, and every call, in order."""

    url: str = ""
    calls: list[tuple[str, Body]] = field(default_factory=list)
    messages: list[Body] = field(default_factory=list)
    responses: list[tuple[str, Body]] = field(default_factory=list)
    reactions: set[tuple[str, str, str]] = field(default_factory=set)
    failures: dict[str, list[Failure]] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    delay: float = 0.0
    losing: bool = False
    """Whether the next message is lost on its way."""
    lost: int = 0
    on_their_way: int = 0
    """Messages that were sent and have not arrived."""
    socket_url: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"

    def response_url(self, name: str) -> str:
        return f"{self.url}/response/{name}"

    def said(self, method: str) -> list[Body]:
        with self.lock:
            return [fields for called, fields in self.calls if called == method]

    def answers(self) -> list[Body]:
        """The replies to questions, which carry what they are found again by."""
        with self.lock:
            return [message for message in self.messages if "metadata" in message]

    def wait(self, what: Callable[[], object], seconds: float = 20.0) -> None:
        deadline = time.monotonic() + seconds
        while not what():
            assert time.monotonic() < deadline, f"waited in vain; calls: {[name for name, _ in self.calls]}"
            time.sleep(0.02)

    def lose_one(self, kill: Callable[[], None]) -> None:
        """Call `kill`, which ends who sends, while a message is on its way, and lose that."""

        def caught() -> bool:
            with self.lock:
                if self.on_their_way:
                    kill()
                    self.losing = True
                return self.losing

        self.wait(caught, 60)

    def handle(self, path: str, fields: Body, token: str) -> Failure:
        kind, _, name = path.strip("/").partition("/")
        with self.lock:
            self.calls.append((name if kind == "api" else kind, fields))
            waiting = self.failures.get(name if kind == "api" else kind)
            failure = waiting.pop(0) if waiting else None
        if failure and (isinstance(failure[1], str) or not failure[1].get("done")):
            return failure
        if kind == "response":
            with self.lock:
                self.responses.append((name, fields))
            return failure or (200, {"ok": True}, {})
        self.tokens.add(token)
        answer = getattr(self, name.replace(".", "_"))(fields)
        return failure or (200, {"ok": True, **answer}, {})

    def chat_postMessage(self, fields: Body) -> Body:
        with self.lock:
            self.on_their_way += 1
        time.sleep(self.delay)
        assert fields["text"]
        with self.lock:
            self.on_their_way -= 1
            if self.losing:
                self.losing = False
                self.lost += 1
                raise ConnectionResetError
            ts = f"{1_800_000_000 + len(self.messages)}.000100"
            self.messages.append(fields | {"ts": ts})
        return {"ts": ts, "channel": fields["channel"]}

    def conversations_replies(self, fields: Body) -> Body:
        return self._page(fields, [m for m in self.messages if m.get("thread_ts") == fields["ts"]])

    def conversations_history(self, fields: Body) -> Body:
        return self._page(fields, [m for m in self.messages if "thread_ts" not in m])

    def _page(self, fields: Body, messages: list[Body]) -> Body:
        """One message a page, so that whoever looks has to turn them."""
        here = [message for message in messages if message["channel"] == fields["channel"]]
        at = int(fields.get("cursor") or 0)
        more = str(at + 1) if at + 1 < len(here) else ""
        return {"messages": here[at : at + 1], "response_metadata": {"next_cursor": more}}

    def reactions_add(self, fields: Body) -> Body:
        reaction = fields["channel"], fields["timestamp"], fields["name"]
        if reaction in self.reactions:
            return {"ok": False, "error": "already_reacted"}
        self.reactions.add(reaction)
        return {}

    def reactions_remove(self, fields: Body) -> Body:
        reaction = fields["channel"], fields["timestamp"], fields["name"]
        if reaction not in self.reactions:
            return {"ok": False, "error": "no_reaction"}
        self.reactions.remove(reaction)
        return {}

    def conversations_open(self, fields: Body) -> Body:
        return {"channel": {"id": f"D{fields['users']}"}}

    def chat_getPermalink(self, fields: Body) -> Body:
        return {"permalink": f"https://team.slack.test/archives/{fields['channel']}/p{fields['message_ts']}"}

    def apps_connections_open(self, fields: Body) -> Body:
        return {"url": self.socket_url}


@contextmanager
def running() -> Iterator[FakeSlack]:
    """Yield a workspace whose server runs."""
    slack = FakeSlack()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
            is_json = self.headers.get("content-type", "").startswith("application/json")
            fields = json.loads(body or "{}") if is_json else dict(parse_qsl(body))
            token = self.headers.get("authorization", "").removeprefix("Bearer ")
            try:
                status, answer, headers = slack.handle(self.path, fields, token)
                content = (answer if isinstance(answer, str) else json.dumps(answer)).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # a message was lost, or whoever asked was killed

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 256

    server = Server(("127.0.0.1", 0), Handler)
    slack.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield slack
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
