"""From captures to endpoints."""

from automation.infer import infer_endpoints
from tests.infer.traffic import BASE, Journey, people


def token(number: int) -> str:
    return f"«sec:field:{number:010x}:32:an»"


def test_inferring_the_same_captures_twice_gives_the_same_endpoints() -> None:
    capture = (
        Journey("list-people")
        .page("/People", f'<meta name="csrf" content="{token(3)}">')
        .call("GET", "/people", {"rows": people(0, 3)}, headers={"x-csrf": token(3)})
        .done()
    )
    assert infer_endpoints([capture]) == infer_endpoints([capture])
    assert BASE not in str(infer_endpoints([capture]).endpoints)
