"""Serving: the page and the JSON service on an address of this machine."""

import socket
import sys

from index import PinciteError
from web.opening import check_there, open_library
from web.settings import Settings


def serve(settings: Settings, *, new: bool = False) -> int:
    """Serve the page and the JSON service until interrupted; with `new`, make a library where there is none yet."""
    import uvicorn

    from web.app import create_app

    if new and settings.library is not None:
        open_library(settings, make=True).close()
    check_there(settings)
    listener = listen(settings.host, settings.port)
    host, port = listener.getsockname()[:2]
    settings = settings.model_copy(update={"port": port})  # 0 took any
    app = create_app(settings, hosts=settings.hosts)
    if settings.api_key is None and not settings.local:
        warning = "Anybody who reaches this address can read the documents; PINCITE_API_KEY asks for a key."
        print(f"pincite: {warning}", file=sys.stderr)
    print(f"Pincite is at http://{f'[{host}]' if ':' in host else host}:{port} (Ctrl+C ends it)", flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False)).run([listener])
    return 0


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket. Raises PinciteError where the address is busy or not this machine's."""
    try:
        return socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=512
        )
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise PinciteError(
            f"Cannot listen on {host}:{port} ({reason}). Choose another with --port or --host."
        ) from error
