"""Weight of each word in a trend, on PLOVER's scale from -10 (most hostile) to +10."""

from __future__ import annotations

from decimal import Decimal


def _scores(points: dict[str, list[str]]) -> dict[str, Decimal]:
    """{points: [words]} -> {word: points}; raises `ValueError` for a word named twice."""
    scores = {word: Decimal(score) for score, words in points.items() for word in words}
    if len(scores) < sum(map(len, points.values())):
        raise ValueError("a word has two scores")
    return scores


EVENT_SCORES = _scores(
    {
        "5": ["support", "agreement", "relations_established", "relations_restored", "recognition", "release"],
        "4": ["visit"],
        "2.5": ["announcement", "improvement", "licence"],
        "1.5": ["talks"],
        "0": ["statement", "other"],
        "-2": ["criticism", "dispute", "non_recognition", "election_not_recognised", "deadline_set"],
        "-2.5": ["deterioration"],
        "-5.5": ["expulsion", "staff_limit"],
        "-6": ["relations_suspended", "relations_severed", "staff_cut", "aid_reduced"],
        "-9": ["annexation"],
    }
)
SANCTION_SCORES = _scores(
    {
        "6.5": ["eased", "suspended", "lifted"],
        "2": ["expired"],
        "0": ["observed"],
        "-1": ["extended"],
        "-3": ["threatened"],
        "-6": ["imposed", "reimposed", "tightened"],
    }
)
BAN_SCORES = _scores(
    {
        "4": ["suspended", "not_included", "removed"],
        "0": ["amended"],
        "-3": ["considered"],
        "-6": ["listed"],
    }
)
AMBASSADOR_SCORES = _scores(
    {
        "5": ["ambassador"],
        "2.5": ["announced"],
        "2": ["nominated", "agreement_granted", "confirmed", "appointed"],
        "0": ["charge", "vacant", "non_resident", "interests_section", "protecting_power", "minister", "lapsed"],
        "-2": ["refused", "agreement_revoked"],
        "-5.5": ["recalled", "withdrawn", "asked_to_leave", "expelled", "operations_suspended"],
        "-6": ["closed", "severed"],
    }
)
"""PLOVER's scale from -10 (most hostile) to +10; where PLOVER has no event the number is ours."""
