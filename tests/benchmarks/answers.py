"""Records what a running site answers, and compares two recordings: has an upgrade changed an answer?

    python -m tests.benchmarks.answers record http://127.0.0.1:8410 before.gz --token trk_…
    python -m tests.benchmarks.answers record http://127.0.0.1:8410 after.gz --token trk_… --like before.gz
    python -m tests.benchmarks.answers compare before.gz after.gz

Answers depend on the day: both have to be recorded on the same one. Exits with 1 where answers differ.
"""

from __future__ import annotations

import argparse
import datetime as dt
import http.client
import sys
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from tests.upgrade.differences import differences, read, recorded, write
from tests.upgrade.questions import HEADERS, Answer, Ask, Interview

TRIES, PAUSE = 6, 2.0
SHOWN = 200


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.answers")
    acts = parser.add_subparsers(dest="act", required=True)
    recording = acts.add_parser("record")
    recording.add_argument("url")
    recording.add_argument("file", type=Path)
    recording.add_argument("--token", default="", help="of a user with the scopes edit and webhooks")
    recording.add_argument("--like", type=Path, help="ask what this recording has asked")
    comparison = acts.add_parser("compare")
    comparison.add_argument("before", type=Path)
    comparison.add_argument("after", type=Path)
    chosen = parser.parse_args(arguments)
    if chosen.act == "record":
        return record(chosen.url, chosen.file, token=chosen.token, like=chosen.like)
    return compare(chosen.before, chosen.after)


def record(url: str, file: Path, *, token: str, like: Path | None) -> int:
    day, began = _today(), time.monotonic()
    interview = Interview(asking(url), token=token)
    answers = interview.again(read(like)[1]) if like else interview.whole()
    if _today() != day:
        print("Midnight (UTC) passed while it was recorded: record it again.", file=sys.stderr)
        return 2
    write(file, {"day": day}, recorded(answers))
    statuses = sorted(Counter(answer.status for answer in answers.values()).items())
    summary = ", ".join(f"{count} x {status}" for status, count in statuses)
    print(f"{len(answers)} requests in {time.monotonic() - began:.0f} s: {summary}")
    return 0


def _today() -> str:
    return dt.datetime.now(dt.UTC).date().isoformat()


def asking(url: str) -> Ask:
    """One connection to the site, opened again when it is closed."""
    place = urlsplit(url).netloc
    connection = http.client.HTTPConnection(place, timeout=60)

    def once(method: str, path: str, headers: Mapping[str, str]) -> Answer:
        connection.request(method, path, headers=dict(headers))
        with connection.getresponse() as answer:
            body = answer.read()
            named = {name: value for name in HEADERS if (value := answer.headers[name]) is not None}
            return Answer(answer.status, named, body)

    def ask(method: str, path: str, headers: Mapping[str, str]) -> Answer:
        for _ in range(TRIES):
            try:
                answer = once(method, path, headers)
            except (http.client.RemoteDisconnected, ConnectionError):
                connection.close()
                continue
            if answer.status != http.HTTPStatus.SERVICE_UNAVAILABLE:
                return answer
            time.sleep(PAUSE)  # busy, or a cold cache: what a client is asked to do as well
        return once(method, path, headers)

    return ask


def compare(before: Path, after: Path) -> int:
    (about, old), (about_after, new) = read(before), read(after)
    if about["day"] != about_after["day"]:
        print(f"Recorded on {about['day']} and {about_after['day']}: answers depend on the day.", file=sys.stderr)
        return 2
    found = list(differences(old, new))
    for line in found[:SHOWN]:
        print(line)
    print(f"{len(found)} differences in {len(old)} requests")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
