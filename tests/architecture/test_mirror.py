"""Tests mirror the code, both ways; an exception carries its reason and dies when stale."""

from __future__ import annotations

import ast
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
ENGINE = REPOSITORY / "automation"
TESTS = REPOSITORY / "tests"

# Modules with logic and no test module of their own name: path below automation/ -> why.
RUN_AS_PROGRAM = "run as a program by tests/journeys/test_command_line.py"
WITHOUT_TEST = {
    "browser/stage.py": "the stage that tests/browser/test_player.py plays its flows on",
    "cli/capture.py": RUN_AS_PROGRAM,
    "cli/doctor.py": RUN_AS_PROGRAM,
    "cli/explain.py": RUN_AS_PROGRAM,
    "cli/infer.py": RUN_AS_PROGRAM,
    "cli/replay.py": RUN_AS_PROGRAM,
    "cli/run.py": RUN_AS_PROGRAM,
    "cli/app.py": "declares the command tree; tests/cli/test_entry.py runs it as a program",
    "pipeline/proving.py": "tests/journeys/test_demo.py runs it; what it compares is in verify",
    "cli/output.py": "one line; every command's test reads what it prints",
}
# Test modules that mirror no module: path below tests/ -> what they are about instead.
WITHOUT_MODULE: dict[str, str] = {
    "test_oracle.py": "the reader of screens that journeys hold the product against",
    "test_forking.py": "the one process that commands of tests are copies of",
    "test_canary.py": "the scanner that the tests search their artefacts with",
}
# Folders of tests that are about more than one module.
ACROSS = {"architecture", "bench", "contract", "fixtures", "journeys"}


def modules() -> list[Path]:
    return [
        path
        for path in sorted(ENGINE.rglob("*.py"))
        if "migrations" not in path.parts and path.name != "__init__.py"
    ]


def has_logic(path: Path) -> bool:
    """Tell whether a module holds a function that does something.

    Protocol stubs (``...``), overloads and attribute docstrings promise; they do nothing.
    """
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = [part for part in node.body if not is_constant(part)]
            if body:
                return True
    return False


def is_constant(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def mirrored(path: Path) -> Path:
    relative = path.relative_to(ENGINE)
    return TESTS / relative.with_name(f"test_{relative.name}")


def mirrors_of(path: Path) -> list[Path]:
    """The test module of the same name, and those that continue it (`test_paging_cursor.py`)."""
    own = mirrored(path)
    return [*own.parent.glob(own.name), *own.parent.glob(f"{own.stem}_*.py")]


def test_each_module_with_logic_has_a_test_module_of_its_name_or_a_reason() -> None:
    missing = [
        str(path.relative_to(ENGINE))
        for path in modules()
        if has_logic(path) and not mirrors_of(path)
    ]
    unexplained = [name for name in missing if name not in WITHOUT_TEST]
    assert unexplained == []


def test_a_reason_for_a_missing_test_module_is_still_needed() -> None:
    stale = [
        name
        for name in WITHOUT_TEST
        if not (ENGINE / name).exists() or mirrors_of(ENGINE / name) or not has_logic(ENGINE / name)
    ]
    assert stale == []


def test_each_test_module_mirrors_a_module_or_says_what_it_is_about() -> None:
    mirrors = {test for path in ENGINE.rglob("*.py") for test in mirrors_of(path)}
    orphans = [
        str(path.relative_to(TESTS))
        for path in sorted(TESTS.rglob("test_*.py"))
        if path not in mirrors and path.relative_to(TESTS).parts[0] not in ACROSS
    ]
    assert [name for name in orphans if name not in WITHOUT_MODULE] == []
    assert [name for name in WITHOUT_MODULE if name not in orphans] == []
