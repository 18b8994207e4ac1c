"""What browsers are told of every answer, and which names of this server are answered to.

The policy allows what Streamlit and the components need and nothing else: code from this server and, for components,
from blobs; styles within pages; pictures that Python or a script in the page has made. So what a page shows cannot
load or run anything of somebody else's, send anything to others, or be shown within a stranger's page.
"""

import base64
import hashlib
import os
import re
from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.file_util import get_static_dir

HOSTS = "HOURGLASS_HOSTS"  # names of this server, as in "hourglass.example.edu, *.example.org"; any where it is empty
FRAMES = "HOURGLASS_FRAMES"  # pages that may show this app in a frame, as in "https://moodle.example.edu"
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")  # for the health check of a container, and a proxy on this computer
NEVER = ("microphone", "geolocation", "payment", "usb", "midi")
_HOST = re.compile(r"\*|(\*\.)?[\w.-]+|\[[0-9a-f:]+\]", re.IGNORECASE)
_FRAME = re.compile(r"\*|https?://(\*\.)?[\w.-]+(:\d+)?", re.IGNORECASE)
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def guards() -> list[Middleware]:
    """Return what stands before the app, as the environment says; a ValueError if it does so in another form."""
    headers = Middleware(with_headers, headers=page_headers(_named(FRAMES, _FRAME)))
    if hosts := _named(HOSTS, _HOST):
        return [headers, Middleware(TrustedHostMiddleware, allowed_hosts=[*hosts, *LOOPBACK], www_redirect=False)]
    return [headers]


def page_headers(frames: Sequence[str] = ()) -> dict[str, str]:
    """Return the headers of every answer. Pages of `frames`, which are origins, may show the app, as its own may."""
    with open(os.path.join(get_static_dir(), "index.html"), encoding="utf-8") as file:
        digests = [hashlib.sha256(script.encode()).digest() for script in _SCRIPT.findall(file.read())]
    inline = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    policy = {
        "default-src": "'self'",
        "script-src": f"'self' blob: 'wasm-unsafe-eval' {inline}",  # WebAssembly, of Streamlit's protobuf, is no `eval`
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "connect-src": "'self' data: blob:",  # the camera's picture is fetched from a `data:` address
        "font-src": "'self' data:",
        "media-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": " ".join(["'self'", *frames]),
    }
    return {
        "Content-Security-Policy": "; ".join(map(" ".join, policy.items())),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",  # an address may name a run
        "Permissions-Policy": ", ".join(["camera=(self)", *(f"{feature}=()" for feature in NEVER)]),
    }


def with_headers(app: ASGIApp, headers: dict[str, str]) -> ASGIApp:
    """Return an app whose every answer has these headers, in place of those of the same name."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        await app(scope, receive, send_with_headers)

    return answer


def _named(variable: str, form: re.Pattern[str]) -> list[str]:
    """Return what stands in a variable, between commas or blanks."""
    names = re.findall(r"[^\s,]+", os.environ.get(variable, ""))
    if wrong := [name for name in names if not form.fullmatch(name)]:
        raise ValueError(f"Expected {variable} to be of the form {form.pattern}. Received: {wrong[0]!r}")
    return names
