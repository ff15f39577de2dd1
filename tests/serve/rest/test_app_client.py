"""A client that is generated from the description reads and is refused as a program would be."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.serve.counter import open_counter
from tests.serve.office import id_of

_USES: Final = """
import sys
from made.api.patients import get_patient, list_patients
from made.client import AuthenticatedClient, Client
from made.models import PatientsPage, ProblemShape

url, token, number = sys.argv[1:]
known = AuthenticatedClient(base_url=url, token=token)
page = list_patients.sync(client=known, practice="north", limit=2)
assert isinstance(page, PatientsPage), page
assert len(page.data) == 2 and page.next_cursor
rest = list_patients.sync(client=known, practice="north", limit=2, cursor=page.next_cursor)
assert rest.data[0].id not in {each.id for each in page.data} and rest.next_cursor is None
one = get_patient.sync(number, client=known)
assert one.id == number and one.source.system == "acme"
told = list_patients.sync(client=Client(base_url=url))
assert isinstance(told, ProblemShape) and told.code == "unauthenticated", told
"""


@pytest.mark.must_hold("serve")
def test_a_generated_client_reads_pages_records_and_problems(
    tmp_path: Path, measured: Callable[..., None]
) -> None:
    with open_counter(tmp_path) as counter:
        document = tmp_path / "openapi.json"
        document.write_text(json.dumps(counter.document), encoding="utf-8")
        config = tmp_path / "config.yaml"
        config.write_text("post_hooks: []\n", encoding="utf-8")
        generator = Path(sys.executable).with_name("openapi-python-client")
        made = subprocess.run(
            [generator, "generate", "--path", document, "--output-path", tmp_path / "made",
             "--meta", "none", "--config", config, "--fail-on-warning"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert made.returncode == 0, made.stdout + made.stderr
        used = subprocess.run(
            [sys.executable, "-c", _USES, counter.url, counter.token, id_of("patient", 1)],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": str(tmp_path)},
        )
        assert used.returncode == 0, used.stderr
        measured("functions", len(list((tmp_path / "made" / "api").glob("*/[a-z]*.py"))))
