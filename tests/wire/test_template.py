"""Templates of addresses."""

from automation.wire import path_templates


def templates(*paths: str, provided: str = "") -> dict[str, str]:
    known = set(provided.split())
    split = {tuple(p.strip("/").split("/")) for p in paths}
    found = path_templates(split, known.__contains__)
    return {"/" + "/".join(path): "/" + "/".join(template) for path, template in found.items()}


def test_numbers_hashes_and_dates_are_variable_words_are_not() -> None:
    assert set(
        templates(
            "/Invoices/Detail/123456",
            "/Invoices/Detail/7",
            "/Invoices/List",
            "/days/2026-06-15",
            "/f/9f1c2d3e-0000-4000-8000-000000000001",
        ).values()
    ) == {"/Invoices/Detail/{}", "/Invoices/List", "/days/{}", "/f/{}"}


def test_versions_stay_literal() -> None:
    assert set(templates("/api/0.1/x/5", "/api/v2/x/5").values()) == {
        "/api/0.1/x/{}",
        "/api/v2/x/{}",
    }


def test_a_number_in_front_of_everything_belongs_to_the_address() -> None:
    found = templates("/4/api/a/1", "/4/api/b/2", "/4/api/c")
    assert set(found.values()) == {"/4/api/a/{}", "/4/api/b/{}", "/4/api/c"}


def test_siblings_that_lead_to_the_same_places_are_one_variable() -> None:
    found = templates(
        "/repos/anna/issues", "/repos/anna/pulls", "/repos/ben/issues", "/repos/ben/pulls", "/user"
    )
    assert set(found.values()) == {"/repos/{}/issues", "/repos/{}/pulls", "/user"}


def test_parts_of_a_portal_with_the_same_actions_stay_apart() -> None:
    paths = [f"/Practice/{part}/{does}" for part in ("Staff", "Rooms") for does in ("Index", "Get")]
    assert set(templates(*paths, "/Practice/Tags/Index").values()) == {
        *paths,
        "/Practice/Tags/Index",
    }


def test_parts_that_share_one_of_many_places_stay_apart() -> None:
    plans = {"/Plans/GetPlans", "/Plans/Templates", "/Plans/GetPlan"}
    forms = {"/Forms/Templates", "/Forms/Template", "/Forms/GetForms"}
    assert set(templates(*plans, *forms).values()) == plans | forms


def test_a_segment_that_an_answer_gave_is_variable_among_siblings() -> None:
    found = templates("/tags/red", "/tags/blue", "/tags/new", provided="red blue")
    assert found["/tags/red"] == found["/tags/blue"] == "/tags/{}"
    assert found["/tags/new"] == "/tags/new"


def test_a_slash_at_the_end_is_no_value_and_makes_nothing_alike() -> None:
    paths = {("days", "feed", ""), ("days", "choices", ""), ("days", ""), ("days", "7", "")}
    assert path_templates(paths, {"", "7"}.__contains__) == {
        ("days", "feed", ""): ("days", "feed", ""),
        ("days", "choices", ""): ("days", "choices", ""),
        ("days", ""): ("days", ""),
        ("days", "7", ""): ("days", "{}", ""),
    }


def test_parts_that_share_a_word_and_nothing_behind_it_stay_apart() -> None:
    bills, stock = {"/bills/data/open/1", "/bills/data/open"}, {"/stock/data/items"}
    assert set(templates(*bills, *stock).values()) == {
        "/bills/data/open/{}",
        "/bills/data/open",
        "/stock/data/items",
    }


def test_two_parts_of_a_portal_that_list_the_same_things_stay_apart() -> None:
    found = templates("/admin/pets", "/desk/pets", "/desk/pets/52")
    assert set(found.values()) == {"/admin/pets", "/desk/pets", "/desk/pets/{}"}
