import ipaddress
from typing import Any

import pytest
import streamlit as st

from tests.pages.running import BOTTLENECK, App, component
from ui.shell import share
from ui.shell.headers import HOSTS


@pytest.fixture
def options(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    options: dict[str, Any] = {"server.address": None}
    monkeypatch.setattr(st, "get_option", options.get)
    monkeypatch.delenv(share.ADDRESS, raising=False)
    monkeypatch.delenv(HOSTS, raising=False)
    return options


def test_a_server_that_listens_everywhere_has_an_address_for_others(options: dict[str, Any]) -> None:
    if found := share.name_in_room():  # a computer without a network has none
        assert not ipaddress.ip_address(found).is_loopback


def test_one_that_listens_to_its_own_computer_has_none(options: dict[str, Any]) -> None:
    options["server.address"] = "127.0.0.1"
    assert share.name_in_room() == ""


def test_one_that_answers_to_some_names_has_none(options: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOSTS, "hourglass.example.edu")
    assert share.name_in_room() == ""


@pytest.mark.parametrize("named", ["192.0.2.7", ""])
def test_it_can_be_said(options: dict[str, Any], monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    monkeypatch.setenv(share.ADDRESS, named)
    assert share.name_in_room() == named


def test_the_link_that_is_asked_for_comes_as_a_qr_code(app: App, no_mnist: object) -> None:
    tab = app.open(BOTTLENECK)
    assert "code" not in component(tab, "share")
    tab.session_state["share"] = {"link": "http://192.0.2.7:8501/bottleneck?size=8"}
    tab.run()
    code = component(tab, "share")["code"]
    assert code["link"] == "http://192.0.2.7:8501/bottleneck?size=8"
    assert code["svg"].startswith("<svg ")


def test_a_link_that_is_too_long_for_a_code_gets_none(app: App, no_mnist: object) -> None:
    tab = app.open(BOTTLENECK)
    tab.session_state["share"] = {"link": f"http://192.0.2.7:8501/bottleneck?note={share.LONGEST * 'x'}"}
    tab.run()
    assert "code" not in component(tab, "share")
