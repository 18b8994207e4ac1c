"""Results that pages remember, and forget where they were made of pictures that are gone."""

from collections.abc import Callable
from functools import _lru_cache_wrapper, lru_cache
from typing import Any, TypeVar

Result = TypeVar("Result")
_CACHES: list["_lru_cache_wrapper[Any]"] = []


def clearable_cache(most: int) -> Callable[[Callable[..., Result]], "_lru_cache_wrapper[Result]"]:
    """Keep the latest `most` results of a function, as `functools.lru_cache` does."""

    def decorate(function: Callable[..., Result]) -> "_lru_cache_wrapper[Result]":
        _CACHES.append(lru_cache(most)(function))
        return _CACHES[-1]

    return decorate


def forget_all() -> None:
    """Remember no result of any function."""
    for cached in _CACHES:
        cached.cache_clear()
