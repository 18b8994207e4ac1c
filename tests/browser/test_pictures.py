"""Pictures of one's own: uploaded, looked at, trained on, seen by nobody else, and gone with their tab."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from autoencoder.training.upload_sessions import LEFT_BEHIND
from tests.browser.looking import (
    button,
    choice,
    columns,
    expect_no_exception,
    expect_own_network,
    go,
    player,
    settled,
    until,
)
from tests.browser.serving import Server, wait_for
from tests.data.uploads.corpus import encoded, scene, zipped

pytestmark = pytest.mark.browser

OWN = "Your pictures"
ROWS = {
    "bottleneck": ("test pictures as they are", "^Reconstruction:", "^Difference maps"),
    "anomalies": ("test pictures$", "^What the network makes", "^Where they differ"),
}

# Streamlit 1.67 asks for the camera twice: before it knows how wide its field is, and a second later with that width.
# Until pictures of the second come there is none to take, and a click is lost.
CAMERA_IS_ON = """() => {
  const video = document.querySelector("video");
  const wanted = document.querySelector('[data-testid="stCameraInput"]').clientWidth;
  const [camera] = video?.srcObject?.getVideoTracks() ?? [];
  return camera?.getConstraints().width === wanted && video.readyState >= 3;
}"""


def picture(seed: int) -> bytes:
    return encoded(scene(80, 60, seed), "PNG")


def two_classes(each: int = 12) -> bytes:
    good = {
        f"fruit/{name}/{seed}.png": picture(seed + 100 * (name == "bad"))
        for name in ("good", "bad")
        for seed in range(each)
    }
    return zipped(good)


def upload(page: Page, *files: tuple[str, bytes]) -> None:
    settled(page)
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(
        [{"name": name, "mimeType": "application/octet-stream", "buffer": content} for name, content in files]
    )


def previews(page: Page, text: str) -> Locator:
    return page.get_by_role("img", name=re.compile(f"A picture to {text}"))


def is_ready(page: Page) -> None:
    """The set is made, and shown."""
    expect(page.get_by_text("It trains on")).to_be_visible()
    expect(previews(page, "learn from").first).to_be_visible()
    expect(previews(page, "judge on").first).to_be_visible()


def whole_set(page: Page, server: Server) -> None:
    """Thirty files, broken ones among them, and a zip with two classes."""
    go(page, server.address("pictures"))
    loose = [(f"{number}.png", picture(200 + number)) for number in range(4)]
    upload(
        page, ("fruit.zip", two_classes()), *loose, ("broken.png", picture(1)[:300]), ("**notes**.txt", b"no picture")
    )
    is_ready(page)


def train_here(page: Page, server: Server, epochs: str) -> str:
    """Train with what the form says, to the end; the key of the run, which is in no address."""
    field = page.get_by_role("spinbutton", name="Epochs")
    field.fill(epochs)
    field.press("Enter")
    button(page, "Train").click()
    expect_own_network(page)
    (newest, *_) = sorted(server.uploads.glob("*/runs/*"), key=lambda run: run.stat().st_mtime, reverse=True)
    return newest.name


def check_three_rows(page: Page, drawn: Locator, lesson: str) -> None:
    rows = [drawn.get_by_role("img", name=re.compile(name)).locator("canvas") for name in ROWS[lesson]]
    indices = [columns(row) for row in rows]
    assert indices[0]
    assert indices[0] == indices[1] == indices[2]


@pytest.mark.extended
@pytest.mark.timeout(600)
def test_upload_train_and_be_gone(server: Server, open_tab: Callable[..., Page]) -> None:
    page = open_tab()
    whole_set(page, server)
    expect(page.get_by_text("28 pictures", exact=True)).to_be_visible()
    expect(page.get_by_text(re.compile("broken.png.*"))).to_be_visible()
    expect(page.get_by_text(re.compile(r"\*\*notes\*\*\.txt"))).to_be_visible()
    expect(page.get_by_text("Classes: bad, good, without a folder")).to_be_visible()

    button(page, "Compress them").click()
    expect(choice(page, "Pictures")).to_have_value(OWN)
    key = train_here(page, server, "2")
    check_three_rows(page, player(page), "bottleneck")
    assert "run=" not in page.url
    (folder,) = server.uploads.iterdir()
    token = key[:32]
    assert folder.name == f"session-{token}"
    assert server.runs() == []

    page.get_by_role("link", name="Anomalies", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Anomalies")
    choice(page, "Pictures").click()
    page.get_by_role("option", name=OWN).click()
    expect(page.get_by_text("good", exact=True).first).to_be_visible()
    train_here(page, server, "1")
    judge = page.locator("[data-frames='161'][data-drawn]")
    expect(judge).to_have_count(1)
    check_three_rows(page, judge, "anomalies")
    notes = judge.locator(".note").all_inner_texts()  # a score, and below it the verdict
    assert {note.splitlines()[-1] for note in notes} <= {"anomaly", "normal"}
    assert token not in page.url
    assert "good" not in page.url

    stranger = open_tab()
    go(stranger, server.address("bottleneck", run=key, source="own"))
    player(stranger)
    expect(stranger.get_by_text("the one that came with the app")).to_be_visible()
    expect(choice(stranger, "Pictures")).not_to_have_value(OWN)
    choice(stranger, "Pictures").click()
    expect(stranger.get_by_role("option", name="MNIST sample")).to_be_visible()
    expect(stranger.get_by_role("option", name=OWN)).to_have_count(0)
    go(stranger, server.address("pictures"))
    expect(stranger.get_by_text("It trains on")).to_have_count(0)
    assert token not in server.log.read_text()

    page.close()
    wait_for(lambda: not folder.exists())
    expect_no_exception(stranger)


@pytest.mark.extended
def test_a_reload_is_another_learner(server: Server, page: Page) -> None:
    go(page, server.address("pictures"))
    upload(page, ("fruit.zip", two_classes(3)))
    is_ready(page)
    (folder,) = server.uploads.iterdir()
    page.reload()
    expect(page.get_by_text("Drop pictures here")).to_be_visible()
    expect(page.get_by_text("It trains on")).to_have_count(0)
    wait_for(lambda: not folder.exists())


@pytest.mark.extended
def test_pictures_are_removed_and_their_network_with_them(server: Server, page: Page) -> None:
    go(page, server.address("pictures"))
    upload(page, ("fruit.zip", two_classes(4)))
    is_ready(page)
    button(page, "Compress them").click()
    expect(choice(page, "Pictures")).to_have_value(OWN)
    train_here(page, server, "1")
    page.get_by_role("link", name=OWN, exact=True).first.click()
    page.get_by_text("Sort them into classes").click()
    button(page, "Remove all").click()
    expect(page.get_by_text("It trains on")).to_have_count(0)
    until(page, lambda: not list(server.uploads.glob("*/sets/*")), "the sets to be removed")
    assert list(server.uploads.glob("*/runs/*")) == []
    page.get_by_role("link", name="Bottleneck", exact=True).first.click()
    player(page)
    expect(page.get_by_text("the one that came with the app")).to_be_visible()
    expect(choice(page, "Pictures")).not_to_have_value(OWN)
    page.get_by_role("link", name=OWN, exact=True).first.click()
    upload(page, ("fruit.zip", two_classes(4)))
    is_ready(page)


@pytest.mark.extended
def test_sub_folders_of_a_folder_are_classes(server: Server, page: Page, tmp_path: Path) -> None:
    for number, name in enumerate(("ripe", "rotten")):
        (tmp_path / "fruit" / name).mkdir(parents=True)
        for seed in range(3):
            (tmp_path / "fruit" / name / f"{seed}.png").write_bytes(picture(10 * number + seed))
    go(page, server.address("pictures"))
    page.get_by_text("A folder", exact=True).click()
    expect(page.get_by_text("Choose a folder")).to_be_visible()
    settled(page)
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(tmp_path / "fruit")
    is_ready(page)
    expect(page.get_by_text("6 pictures", exact=True)).to_be_visible()
    expect(page.get_by_text("Classes: ripe, rotten")).to_be_visible()


@pytest.mark.extended
def test_a_picture_from_the_camera(server: Server, page: Page) -> None:
    page.context.grant_permissions(["camera"])
    go(page, server.address("pictures"))
    page.get_by_text("Camera", exact=True).click()
    take = page.get_by_role("button", name="Take Photo")
    expect(take).to_be_enabled()
    page.wait_for_function(CAMERA_IS_ON)
    settled(page)
    take.click()
    is_ready(page)
    expect(page.get_by_text("1 picture", exact=True)).to_be_visible()


@pytest.mark.extended
def test_what_a_killed_server_left_is_gone_minutes_after_another_has_started(server: Server, page: Page) -> None:
    left = _albums(server)  # those of the tests before this one go a while after their tabs
    go(page, server.address("pictures"))
    upload(page, ("a.png", picture(1)), ("b.png", picture(2)))
    is_ready(page)
    (folder,) = _albums(server) - left
    server.kill()
    assert folder.exists()
    server.start()
    go(page, server.address())
    wait_for(lambda: not folder.exists(), LEFT_BEHIND + 60)


def _albums(server: Server) -> set[Path]:
    return {path for path in server.uploads.iterdir() if (path / "photos.json").is_file()}
