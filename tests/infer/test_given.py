"""Which segments of addresses answers gave."""

from tests.infer.traffic import Journey, both, infer, people


def test_the_kind_that_an_answer_names_is_no_part_of_an_address() -> None:
    """As in JSON:API: ``type`` says what the address says, too."""

    def journey(run: int) -> Journey:
        del run
        made = Journey("list-pets")
        for kind in ("pets", "owners", "rooms") * 2:
            rows = [{"type": kind, **each} for each in people(0, 3)]
            made.call("GET", f"/data/{kind}/", {"data": rows})
        return made

    urls = {one.request.url for one in infer(*both(journey)).values()}
    assert urls == {"/data/pets/", "/data/owners/", "/data/rooms/"}


def test_what_the_links_of_all_rows_share_is_no_part_that_varies() -> None:
    rows = "".join(
        f'<tr><td><a href="/desk2/owners/{n}/">Owner {n}</a></td><td>{n}@mail.example</td></tr>'
        for n in range(101, 106)
    )
    page = f"<table id=owners><tr><th>Name</th><th>Mail</th></tr>{rows}</table>"

    def journey(run: int) -> Journey:
        del run
        made = Journey("list-owners").screen("/desk2/owners/", page)
        made.screen("/desk2/owners/?page=2", page, step="2")
        return made.call("GET", "/tags/", {"rows": people(0, 3)})

    urls = {one.request.url for one in infer(*both(journey)).values()}
    assert urls == {"/desk2/owners/", "/tags/"}
