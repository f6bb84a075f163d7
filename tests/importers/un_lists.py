"""Publications of the UN's list, and what became of them."""

from collections.abc import Iterable
from pathlib import Path

from relations.models import Designation, ImportRun


def person(
    reference: str, *, name: str = "", programme: str = "DPRK", listed: str = "2017-06-02", more: str = ""
) -> str:
    return (
        f"<INDIVIDUAL><FIRST_NAME>{name or reference}</FIRST_NAME><UN_LIST_TYPE>{programme}</UN_LIST_TYPE>"
        f"<REFERENCE_NUMBER>{reference}</REFERENCE_NUMBER><LISTED_ON>{listed}</LISTED_ON>{more}</INDIVIDUAL>"
    )


def people(*numbers: int, **given: str) -> list[str]:
    return [person(f"KPi.{number:03}", **given) for number in numbers]


def publication(path: Path, day: str, records: Iterable[str]) -> Path:
    """The list with these records, generated on this day."""
    inside = "\n".join(records)
    path.write_text(
        f'<CONSOLIDATED_LIST dateGenerated="{day}T00:00:00Z"><INDIVIDUALS>\n{inside}\n</INDIVIDUALS><ENTITIES/>'
        "</CONSOLIDATED_LIST>"
    )
    return path


def counts(run: ImportRun) -> tuple[int, int, int, int, int]:
    return run.read, run.added, run.amended, run.ended, run.refused


def current_parties() -> int:
    return Designation.objects.known_at(None).filter(delisted_on__isnull=True).count()
