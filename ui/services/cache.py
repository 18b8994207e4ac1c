"""Results that pages remember, and forget where they were made of pictures that are gone."""

from collections.abc import Callable
from functools import _lru_cache_wrapper, lru_cache
from typing import TypeVar

Result = TypeVar("Result")
_CACHES: list[Callable[[], None]] = []


def clearable_cache(most: int) -> Callable[[Callable[..., Result]], "_lru_cache_wrapper[Result]"]:
    """Keep the latest results of a function, as `functools.lru_cache` does.

    Args:
        most: How many.
    """

    def decorate(function: Callable[..., Result]) -> "_lru_cache_wrapper[Result]":
        cached = lru_cache(maxsize=most)(function)
        _CACHES.append(cached.cache_clear)
        return cached

    return decorate


def forget_all() -> None:
    """Remember no result of any function."""
    for clear in _CACHES:
        clear()
