"""Drawings over HTTP: what is answered, and what nobody can make the server do."""

import asyncio
import json
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

from autoencoder.data.image_dataset import PictureError, PictureProblem
from ui.drawing import answers
from ui.drawing.answers import BURST, MOST_QUESTIONS, Drawing, DrawingAnswers, Questions
from ui.services.errors import UNEXPECTED

SHAPE = (4, 5, 3)
VALUES, PIXELS = 60, 20
DRAWN = bytes(range(VALUES))


def mean(name: str, drawing: Drawing) -> bytes:
    painted = None if drawing.painted is None else int(drawing.painted.sum())
    return json.dumps([name, float(drawing.picture.mean()), painted, drawing.place]).encode()


@pytest.fixture
def questions(monkeypatch: pytest.MonkeyPatch) -> Questions:
    asked = Questions(is_alive=lambda tab: not tab.startswith("closed"))
    monkeypatch.setattr(answers, "questions", asked)
    return asked


def send(path: str, *bodies: bytes, method: str = "POST", query: str = "", app: DrawingAnswers | None = None) -> Any:
    """The status of an answer, and what it says; the bodies are the parts in which the drawing comes."""
    return asyncio.run(ask(app or DrawingAnswers(nobody), path, *bodies, method=method, query=query))


async def ask(app: DrawingAnswers, path: str, *bodies: bytes, method: str = "POST", query: str = "") -> Any:
    parts, sent = list(bodies), []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    async def take(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "query_string": query.encode(), "headers": []}
    await app(scope, receive, take)
    return sent[0]["status"], json.loads(sent[1]["body"])


async def nobody(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 418, "headers": []})
    await send({"type": "http.response.body", "body": b'"the app"'})


def token(questions: Questions, answer: Callable[..., bytes] = mean, tab: str = "tab", name: str = "player") -> str:
    return questions.ask(tab, name, SHAPE, partial(answer, "network"))


def test_a_drawing_is_answered_with_what_was_painted_where_that_is_said(questions: Questions) -> None:
    path = f"/app/drawing/{token(questions)}"
    value = pytest.approx(np.mean(list(DRAWN)) / 255)
    assert send(path, DRAWN[:7], DRAWN[7:]) == (200, ["network", value, None, None])
    assert send(path, DRAWN, b"\0" * 18 + b"\1\2") == (200, ["network", value, 2, None])
    assert send(path, DRAWN, query="x=0&y=0.25") == (200, ["network", value, None, [0, 0.25]])


def test_other_requests_reach_the_app(questions: Questions) -> None:
    for path in ("/bottleneck", "/drawing/", f"/drawing/{'g' * 32}", f"/drawing/{'a' * 31}", f"/drawing/{'a' * 33}"):
        assert send(path, b"") == (418, "the app")


@pytest.mark.parametrize("size", [0, 1, VALUES - 1, VALUES + 1, VALUES + PIXELS - 1, VALUES + PIXELS + 1, 10**6])
def test_a_drawing_of_another_size_is_a_sentence(questions: Questions, size: int) -> None:
    status, said = send(f"/drawing/{token(questions)}", *[b"x" * 1000] * (size // 1000), b"x" * (size % 1000))
    assert status == 400
    assert said["error"].startswith("Expected a drawing of 60 or 80 bytes. Received: ")


def test_of_an_endless_body_little_is_read(questions: Questions) -> None:
    parts = [b"x" * 1000] * 100
    read: list[int] = []

    async def receive() -> dict[str, Any]:
        read.append(1)
        return {"type": "http.request", "body": parts.pop(), "more_body": True}

    async def drop(message: Any) -> None:
        pass

    path = f"/drawing/{token(questions)}"
    scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": []}
    asyncio.run(DrawingAnswers(nobody)(scope, receive, drop))
    assert len(read) == 1


@pytest.mark.parametrize("query", ["x=0.5", "y=1", "x=nan&y=0", "x=1.01&y=0", "x=-1&y=0", "x=a&y=b", "x=inf&y=0"])
def test_a_place_beside_the_plot_is_a_sentence(questions: Questions, query: str) -> None:
    status, said = send(f"/drawing/{token(questions)}", DRAWN, query=query)
    assert (status, said["error"][:45]) == (400, "Expected a place x, y, both from 0 to 1. Rece")


def test_only_post_is_answered_and_only_for_a_question_that_was_asked(questions: Questions) -> None:
    assert send(f"/drawing/{token(questions)}", b"", method="GET")[0] == 405
    assert send(f"/drawing/{'0' * 32}", DRAWN)[0] == 404
    assert send(f"/drawing/{token(questions, tab='closed')}", DRAWN)[0] == 404


def test_too_many_drawings_are_refused_until_time_has_passed(
    questions: Questions, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr(answers.time, "monotonic", lambda: now[0])
    question = questions.find(token(questions))
    assert question is not None
    question.seen = 0.0
    assert [question.may_ask() for _ in range(BURST + 1)] == [True] * BURST + [False]
    now[0] = 0.05  # three at 60 a second
    assert [question.may_ask() for _ in range(4)] == [True, True, True, False]


def test_a_question_answers_one_drawing_at_a_time_and_the_server_two(questions: Questions) -> None:
    working, most, go_on, lock = [0], [0], threading.Event(), threading.Lock()

    def slow(name: str, drawing: Drawing) -> bytes:
        with lock:
            working[0] += 1
            most[0] = max(most[0], working[0])
        go_on.wait(10)
        with lock:
            working[0] -= 1
        return b'"done"'

    async def all_at_once() -> Any:
        app = DrawingAnswers(nobody)
        paths = [f"/drawing/{token(questions, slow, tab)}" for tab in "abcd"]
        asked = [asyncio.create_task(ask(app, path, DRAWN)) for path in paths]
        await asyncio.sleep(0.2)
        again = await ask(app, paths[0], DRAWN)
        go_on.set()
        return again, await asyncio.gather(*asked)

    again, others = asyncio.run(all_at_once())
    assert again[0] == 429
    assert others == [(200, "done")] * 4
    assert most[0] == answers.AT_ONCE


def test_trouble_is_a_sentence_without_a_path(questions: Questions, caplog: pytest.LogCaptureFixture) -> None:
    def fail(name: str, drawing: Drawing) -> bytes:
        raise OSError(5, "trouble", "/secret/path")

    def gone(name: str, drawing: Drawing) -> bytes:
        raise PictureError(PictureProblem.NOT_KEPT)

    assert send(f"/drawing/{token(questions, fail)}", DRAWN) == (500, {"error": UNEXPECTED})
    assert "/secret/path" in caplog.text
    status, said = send(f"/drawing/{token(questions, gone)}", DRAWN)
    assert status == 500
    assert said["error"] != UNEXPECTED
    assert send(f"/drawing/{token(questions)}", DRAWN)[0] == 200, "and the next one is answered"


def test_a_token_stays_as_long_as_the_answer_is_the_same(questions: Questions) -> None:
    first = token(questions)
    assert token(questions) == first
    other = token(questions, lambda name, drawing: b"")
    assert other != first
    assert questions.find(first) is None, "the former is not answered any more"


def test_what_tabs_ask_is_bounded_and_goes_with_them(questions: Questions) -> None:
    tokens = [token(questions, name=f"player {number}") for number in range(MOST_QUESTIONS + 3)]
    assert [questions.find(one) is None for one in tokens] == [True] * 3 + [False] * MOST_QUESTIONS
    questions.ask("closed", "player", SHAPE, partial(mean, "a"))
    token(questions, tab="another")
    assert len(questions) == MOST_QUESTIONS + 1
