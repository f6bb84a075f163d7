"""Codes of country pairs."""


def pair_code(one: str, other: str) -> str:
    """`("US", "BY")` -> `BY-US`: the order of the letters, whoever acts on whom."""
    return "-".join(sorted((one, other)))
