"""Answers to a drawing while it is drawn, past Streamlit's runs, which would take longer than a hand does.

A page asks a `Question`, and gets a token that only its tab is told. The pad in the browser then sends the drawing to
that address again and again, each time when it has the answer to the one before.
"""

import asyncio
import logging
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from re import compile
from typing import Any

import numpy as np
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.services.errors import FORESEEN, UNEXPECTED, error_text
from ui.services.services import is_alive
from ui.words import read_texts

ROUTE = compile(r"/drawing/([0-9a-f]{32})$")
MOST_QUESTIONS = 8  # of a tab, so that none of them grows
RATE, BURST = 60.0, 30  # drawings in a second that a question answers, and at once after a rest
AT_ONCE = 2  # answers that are worked out at the same time: as many as a small server has cores
TEXTS = read_texts("drawing/texts.toml")
logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Drawing:
    """What somebody has drawn so far."""

    picture: np.ndarray  # float32 (height, width, channels) in [0, 1]
    painted: np.ndarray | None = None  # bool (height, width), where it differs from the picture that was drawn on
    place: tuple[float, float] | None = None  # on a plot, as shares of its width and, upwards, its height


Answer = Callable[[Drawing], bytes]  # as `ui.components.bridge.pack` makes them


@dataclass(eq=False)
class Question:
    """What is worked out of every drawing that a tab sends, at most RATE in a second and one at a time."""

    tab: str
    name: str  # what is shown the answers
    shape: tuple[int, int, int]
    answer: "partial[bytes]"
    token: str = field(default_factory=partial(secrets.token_hex, 16))
    busy: bool = False
    left: float = BURST  # drawings that may come at once
    seen: float = field(default_factory=time.monotonic)

    def is_same(self, answer: "partial[bytes]") -> bool:
        """Return whether this answer is the same function of the same arguments."""
        return _parts(self.answer) == _parts(answer)

    def may_ask(self) -> bool:
        """Return whether another drawing is taken now, and count it."""
        now = time.monotonic()
        self.left, self.seen = min(BURST, self.left + RATE * (now - self.seen)), now
        if self.busy or self.left < 1:
            return False
        self.left -= 1
        return True

    def read(self, body: bytes, query: Mapping[str, str]) -> Drawing:
        """Return the drawing in a request: its bytes, then perhaps a byte for each pixel, 0 where nothing was painted.

        Raises:
            ValueError: Where it is none; with the sentence for the learner.
        """
        height, width, channels = self.shape
        values, pixels = height * width * channels, height * width
        if len(body) not in (values, values + pixels):
            more = "more than " if len(body) > 4 * pixels else ""
            received = f"{more}{min(len(body), 4 * pixels):,}"
            raise ValueError(TEXTS["size"].format(expected=f"{values:,} or {values + pixels:,}", received=received))
        picture = np.frombuffer(body, np.uint8, values).reshape(self.shape).astype(np.float32) / 255
        painted = np.frombuffer(body, np.uint8, offset=values).reshape(height, width) > 0 if body[values:] else None
        return Drawing(picture, painted, _place(query))


class Questions:
    """What all tabs have asked. It can be used from several threads."""

    def __init__(self, is_alive: Callable[[str], bool]) -> None:
        self._is_alive, self._lock = is_alive, threading.Lock()
        self._asked: dict[str, Question] = {}  # by token, the latest last

    def ask(self, tab: str, name: str, shape: tuple[int, int, int], answer: "partial[bytes]") -> str:
        """Return where a tab may send drawings: a new token whenever the answer of this name is another.

        What closed tabs have asked is forgotten, and the oldest of a tab that has asked too much.
        """
        with self._lock:
            mine = [one for one in self._asked.values() if one.tab == tab]
            for one in mine:
                if one.name == name and one.shape == shape and one.is_same(answer):
                    self._asked[one.token] = self._asked.pop(one.token)
                    return one.token
            replaced = [one for one in mine if one.name == name]
            gone = [one for one in self._asked.values() if one.tab != tab and not self._is_alive(one.tab)]
            oldest = [one for one in mine if one.name != name][: -(MOST_QUESTIONS - 1)]
            for one in (*replaced, *gone, *oldest):
                del self._asked[one.token]
            question = Question(tab, name, shape, answer)
            self._asked[question.token] = question
            return question.token

    def find(self, token: str) -> Question | None:
        """Return the question of this token; None where its tab is closed or asks another by now."""
        question = self._asked.get(token)
        return question if question and self._is_alive(question.tab) else None

    def __len__(self) -> int:
        return len(self._asked)


questions = Questions(is_alive)


class DrawingAnswers:
    """ASGI middleware that answers drawings, before the app that answers all other requests."""

    def __init__(self, app: ASGIApp) -> None:
        self._app, self._free = app, asyncio.Semaphore(AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = ROUTE.search(scope["path"]) if scope["type"] == "http" else None
        if found is None:
            await self._app(scope, receive, send)
            return
        response = await self._respond(questions.find(found[1]), Request(scope, receive))
        await response(scope, receive, send)

    async def _respond(self, question: Question | None, request: Request) -> Response:
        if request.method != "POST":
            return _refuse(405, TEXTS["method"], {"Allow": "POST"})
        if question is None:
            return _refuse(404, TEXTS["gone"])
        if not question.may_ask():
            return _refuse(429, TEXTS["often"])
        question.busy = True
        try:
            body = await _body(request, 4 * question.shape[0] * question.shape[1])
            drawing = question.read(body, request.query_params)
            async with self._free:
                return await asyncio.to_thread(_work_out, question.answer, drawing)
        except ClientDisconnect:
            return Response()  # to nobody
        except ValueError as error:
            return _refuse(400, str(error))
        finally:
            question.busy = False


async def _body(request: Request, most: int) -> bytes:
    """Return the body of a request; of one that is longer than `most` bytes, what came until that was clear."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > most:
            break
    return bytes(body)


def _work_out(answer: "partial[bytes]", drawing: Drawing) -> Response:
    try:
        return Response(answer(drawing), media_type="application/octet-stream")
    except FORESEEN as error:
        return _refuse(500, error_text(error))
    except Exception:
        logger.exception("A drawing was not answered:")
        return _refuse(500, UNEXPECTED)


def _refuse(status: int, sentence: str, headers: Mapping[str, str] | None = None) -> Response:
    return JSONResponse({"error": sentence}, status, headers)


def _place(query: Mapping[str, str]) -> tuple[float, float] | None:
    if not ("x" in query or "y" in query):
        return None
    received = f"{query.get('x', '')[:20]}, {query.get('y', '')[:20]}"
    try:
        x, y = float(query.get("x", "nan")), float(query.get("y", "nan"))
    except ValueError:
        x = y = float("nan")
    if not (0 <= x <= 1 and 0 <= y <= 1):
        raise ValueError(TEXTS["place"].format(received=received))
    return x, y


def _parts(function: "partial[bytes]") -> tuple[Any, ...]:
    return function.func, function.args, function.keywords
