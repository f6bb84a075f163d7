"""Codes of country pairs and of directions, and the one parser of both."""

from __future__ import annotations

from collections.abc import Callable


class NotTwoCountries(ValueError):
    """Text without a separator, or with one country on both sides of it: `same` is that country's code."""

    def __init__(self, same: str = "") -> None:
        self.same = same
        super().__init__(same)


def pair_code(one: str, other: str) -> str:
    """`("US", "BY")` -> `BY-US`: alphabetical, whatever the direction."""
    return "-".join(sorted((one, other)))


def pair_sides(code: str) -> tuple[str, str]:
    """`BY-US` -> `("BY", "US")`."""
    return code[:2], code[3:]


def pair_directions(code: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """`BY-US` -> `(("BY", "US"), ("US", "BY"))`: sender and receiver."""
    first, second = pair_sides(code)
    return (first, second), (second, first)


def parse_pair(text: str, *, country: Callable[[str], str]) -> str:
    """`us-blr` -> `BY-US`, by the code that `country` finds for each side, or its error. Raises `NotTwoCountries`."""
    return pair_code(*_two_countries(text, "-", country))


def parse_direction(text: str, *, country: Callable[[str], str]) -> str:
    """`us>blr` -> `US>BY`, like `parse_pair`."""
    return ">".join(_two_countries(text, ">", country))


def pair_of_direction(direction: str) -> str:
    """`US>BY` -> `BY-US`."""
    return pair_code(*direction.split(">"))


def _two_countries(text: str, separator: str, country: Callable[[str], str]) -> tuple[str, str]:
    one, mark, other = text.partition(separator)
    if not mark:
        raise NotTwoCountries
    first, second = country(one), country(other)
    if first == second:
        raise NotTwoCountries(first)
    return first, second
