"""Files of a registry of sanction regimes: invented regimes in its format, none is copied."""

from pathlib import Path

FEBRUARY, JULY = "2026-02-10", "2026-07-10"


def regime(key: str = "US-BYX", **changes: str) -> str:
    """The text of one file; a field of "" is left out."""
    fields = {
        "title": f"Regime {key}",
        "key": key,
        "url": "https://example.org/regimes",
        "summary": "Freezes the assets of officials.",
        "issuer": "us_ofac",
        "target_territories": "[by]",
        "measures": "[Asset freeze, Travel ban]",
    }
    return "".join(f"{name}: {value}\n" for name, value in {**fields, **changes}.items() if value)


def edition(folder: Path, day: str, *texts: str) -> Path:
    """The folder of an edition with these files, named by their keys."""
    programs = folder / day / "programs"
    programs.mkdir(parents=True, exist_ok=True)
    for text in texts:
        (key,) = [line.removeprefix("key: ") for line in text.splitlines() if line.startswith("key: ")]
        (programs / f"{key}.yml").write_text(text, "utf-8")
    return folder / day
