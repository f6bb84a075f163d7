"""Generates two clients from the OpenAPI document of a served demo: each asks the cookbook, and runs docs/clients.md.

    python .ci/clients [FOLDER]      FOLDER: where npm has installed before

A client whose generator cannot be had here is skipped: the machine and the network are not part of the change.
"""

import csv
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT))

from relations.representation.openapi import in_place  # noqa: E402  # found by the line above
from tests.benchmarks.serving import database, manage, serving  # noqa: E402  # found by the line above
from tests.cookbook import QUESTIONS, SITE, Question  # noqa: E402
from tests.upgrade.recording import ENVIRONMENT  # noqa: E402

GENERATOR = "openapi-python-client==0.29.1"
PAGE_SIZE = 5  # of questions for all rows, so that clients follow pages

EXAMPLE_PRINTS = "Daniel V. Speckhard"

type Document = dict[str, Any]


class Skipped(Exception):
    """A generator cannot be had."""


def main() -> int:
    os.chdir(ROOT)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        os.environ |= ENVIRONMENT | {"TRACKER_DATA": str(folder / "data")}
        with database(), serving("tracker.wsgi:application", workers=1) as site, ThreadPoolExecutor() as pool:
            document = fetched(site)
            (folder / "openapi.json").write_text(json.dumps(document))
            (folder / "questions.json").write_text(json.dumps([asked(each, in_place(document)) for each in QUESTIONS]))
            npm = Path(sys.argv[1]).resolve() if sys.argv[1:] else folder / "npm"
            made = [pool.submit(python, folder, site), pool.submit(typescript, folder, npm, site)]
            manage("demo")
            return max([asks(each.result) for each in made])


def fetched(site: str) -> Document:
    with urllib.request.urlopen(f"{site}/api/schema/?format=json") as answer:
        document: Document = json.load(answer)
        return document


def operations(document: Document) -> list[str]:
    return [each["operationId"] for methods in document["paths"].values() for each in methods.values()]


def asked(question: Question, document: Document) -> Document:
    """A question as its operation, the parameters by name, and the promised rows or object."""
    parts = urlsplit(question.url)
    path, match = next(
        (path, match)
        for path in sorted(document["paths"], key=lambda path: path.count("{"))
        if (match := re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path), parts.path))
    )
    operation = document["paths"][path]["get"]
    query = dict(parse_qsl(parts.query))
    promised = question.read(question.promised)
    if query.pop("format", None):
        query.setdefault("page_size", str(PAGE_SIZE))
    if isinstance(promised, str):
        promised = list(csv.DictReader(promised.splitlines()))
    return {
        "number": question.number, "path": path, "operation": operation["operationId"], "tag": operation["tags"][0],
        "in_path": match.groupdict(), "query": query, "promised": promised,
        "types": {each["name"]: each["schema"].get("type") for each in operation["parameters"]},
    }  # fmt: skip


def asks(made: Any) -> int:
    try:
        cookbook, example = made()
        status = subprocess.run(cookbook, check=False).returncode
        printed = subprocess.run(example, check=False, stdout=subprocess.PIPE, text=True).stdout.strip()
        print(f"its example in docs/clients.md: {printed or 'nothing was printed'}")
        return status or int(printed != EXAMPLE_PRINTS)
    except Skipped as reason:
        print(f"skipped: {reason}")
        return 0
    except subprocess.CalledProcessError as failure:
        print(failure.stdout)
        return 1


def example(language: str, site: str) -> str:
    """The code in docs/clients.md, asking this site."""
    page = (ROOT / "docs" / "clients.md").read_text("utf-8")
    (code,) = re.findall(rf"^```{language}\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    return str(code).replace(SITE, site)


def run(*command: object, cwd: Path | None = None) -> None:
    line = [str(word) for word in command]
    subprocess.run(line, check=True, cwd=cwd, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=400)


def python(folder: Path, site: str) -> tuple[list[str], list[str]]:
    """The commands that ask by the client of openapi-python-client."""
    bin_folder = folder / "venv" / "bin"
    try:
        run(sys.executable, "-m", "venv", bin_folder.parent)
        run(bin_folder / "pip", "install", "-q", GENERATOR)
    except subprocess.SubprocessError as error:
        raise Skipped(f"{GENERATOR} cannot be had here: {str(error.output).strip().splitlines()[-1:]}") from error
    run(bin_folder / "openapi-python-client", "generate", "--meta", "none", "--path", folder / "openapi.json",
        "--output-path", folder / "tracker_client")  # fmt: skip
    document = json.loads((folder / "openapi.json").read_text())
    if missing := [name for name in operations(document) if not list(folder.glob(f"tracker_client/api/*/{name}.py"))]:
        raise subprocess.CalledProcessError(1, GENERATOR, f"{GENERATOR} made nothing of {', '.join(missing)}")
    (folder / "example.py").write_text(example("python", site))
    interpreter = str(bin_folder / "python")
    return [interpreter, str(HERE / "ask.py"), str(folder), site], [interpreter, str(folder / "example.py")]


def typescript(folder: Path, npm: Path, site: str) -> tuple[list[str], list[str]]:
    """The commands that ask by openapi-fetch, with the types of openapi-typescript; `tsc` has to agree first."""
    installed = subprocess.run(["bash", HERE.parent / "npm", npm], check=False, stdout=subprocess.PIPE, text=True)
    if installed.returncode:
        raise Skipped(installed.stdout.strip().removeprefix("skipped: "))
    made = npm / "client"
    made.mkdir(exist_ok=True)
    questions = json.loads((folder / "questions.json").read_text())
    (made / "package.json").write_text('{"type": "module"}')
    (made / "ask.ts").write_text(
        (HERE / "ask.ts").read_text().replace("// questions", "\n".join(map(in_typescript, questions)))
    )
    (made / "example.ts").write_text(example("ts", site))
    run(npm / "node_modules/.bin/openapi-typescript", folder / "openapi.json", "-o", made / "schema.d.ts", cwd=made)
    run(npm / "node_modules/.bin/tsc", "--strict", "--skipLibCheck", "--target", "es2022", "--module", "es2022",
        "--moduleResolution", "bundler", "ask.ts", "example.ts", cwd=made)  # fmt: skip
    return ["node", str(made / "ask.js"), site], ["node", str(made / "example.js")]


def in_typescript(question: Document) -> str:
    """The call, and the promise as a value of the type of the answer."""
    query = {name: typed(word, question["types"][name]) for name, word in question["query"].items()}
    parameters = json.dumps({"path": question["in_path"], "query": query} if question["in_path"] else {"query": query})
    path, promised = json.dumps(question["path"]), json.dumps(question["promised"])
    if isinstance(question["promised"], list):
        asking = parameters.removesuffix("}}") + ", cursor }}"
        answer = f"rows((cursor) => client.GET({path}, {{ params: {asking} }}))"
    else:
        answer = f"whole(client.GET({path}, {{ params: {parameters} }}))"
    return f"same({question['number']}, await {answer}, {promised});"


def typed(word: str, kind: str | None) -> object:
    match kind:
        case "array":
            return word.split(",")
        case "boolean":
            return word == "1"
        case "integer":
            return int(word)
        case _:
            return word


if __name__ == "__main__":
    sys.exit(main())
