import pytest

from autoencoder.data.download import DownloadProblem, DownloadState, DownloadStep
from ui.services.errors import download_failure


def failed(problem: DownloadProblem, status: int | None = None) -> str:
    return download_failure(DownloadState(DownloadStep.FAILED, problem=problem, status=status))


@pytest.mark.parametrize("problem", DownloadProblem)
def test_each_problem_is_a_sentence_of_its_own_that_names_a_remedy(problem: DownloadProblem) -> None:
    sentence = failed(problem)
    assert sentence.startswith("MNIST could not be ")
    assert "`HOURGLASS_MNIST`" in sentence
    assert len({failed(one) for one in DownloadProblem}) == len(DownloadProblem)


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (403, "the answer was 403 Forbidden, perhaps a filter's."),
        (404, "the answer was 404 Not Found."),
        (511, "the answer was 511 Network Authentication Required, perhaps a filter's."),
        (499, "the answer was 499."),
    ],
)
def test_a_status_is_named(status: int, answer: str) -> None:
    assert answer in failed(DownloadProblem.STATUS, status)


def test_the_folder_is_named_as_anybody_may_know_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages name no folder of the server's."""
    monkeypatch.delenv("KERAS_HOME", raising=False)
    assert "`~/.keras/datasets`" in failed(DownloadProblem.NAME)
    monkeypatch.setenv("KERAS_HOME", "/secret")
    assert "`$KERAS_HOME/datasets`" in failed(DownloadProblem.NAME)
    assert "secret" not in failed(DownloadProblem.NAME)


def test_what_did_not_fail_is_not_told() -> None:
    assert download_failure(DownloadState()) == ""
