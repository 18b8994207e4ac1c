import threading
import time
from concurrent.futures import ThreadPoolExecutor

from autoencoder.data.uploads.gate import Gate


def test_together_they_never_take_more() -> None:
    gate, lock = Gate(10), threading.Lock()
    taken, highest = 0, 0

    def work(needed: int) -> None:
        nonlocal taken, highest
        with gate.hold(needed):
            with lock:
                taken += needed
                highest = max(highest, taken)
            time.sleep(0.001)
            with lock:
                taken -= needed

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, [3, 4, 5, 6, 7] * 20))
    assert 7 < highest <= 10


def test_what_needs_more_than_there_is_goes_alone_and_does_not_wait_for_ever() -> None:
    gate = Gate(10)
    with gate.hold(99):
        pass
    with gate.hold(10):
        pass
