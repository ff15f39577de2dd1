"""Letters reach a real mail server, encrypted, and what it refuses is told by what to do next."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from automation.errors import BadArgument, Transient, Unready, VetportalError
from automation.model import Secret
from automation.notify.letter import drift_letter, enclosed
from automation.notify.post import MailServer, Post
from automation.page import Box, sketch
from tests.engine import run_engine
from tests.notify.letters import ENVELOPE, alarm
from tests.notify.mailbox import PASSWORD, Mailbox, free_port, mailbox
from tests.page.test_sketch import RED, near

LETTER = enclosed(drift_letter(alarm()), ENVELOPE)


@pytest.fixture
def box(tmp_path: Path) -> Iterator[tuple[Mailbox, ssl.SSLContext]]:
    with mailbox(tmp_path) as found:
        yield found


def post(box: tuple[Mailbox, ssl.SSLContext], address: str = "", *, trusted: bool = True) -> Post:
    text = address or f"smtp://vetportal:{PASSWORD}@localhost:{box[0].port}"
    return Post(MailServer.read(Secret(text)), trust=box[1] if trusted else None)


def refusal(sender: Post) -> VetportalError:
    with pytest.raises(VetportalError) as refused:
        run_engine(sender.send(LETTER))
    assert PASSWORD not in f"{refused.value} {refused.value.remedy} {refused.value.__cause__!r}"
    return refused.value


def test_a_letter_arrives_as_it_was_written(box: tuple[Mailbox, ssl.SSLContext]) -> None:
    run_engine(post(box).send(LETTER))
    [letter] = box[0].letters
    assert letter["Subject"] == LETTER["Subject"]
    assert letter["To"] == "ops@clinic.example"
    kinds = [part.get_content_type() for part in letter.walk()]
    assert kinds[:3] == ["multipart/alternative", "text/plain", "text/html"]


def marked_in(png: bytes) -> tuple[int, int, int, int] | None:
    """Left, top, right and lower edge of what is marked in a picture."""
    picture = Image.open(BytesIO(png), formats=("PNG",)).convert("RGB")
    red = Image.new("1", picture.size)
    red.putdata([near(color, RED) for color in picture.get_flattened_data()])
    return red.getbbox()


def test_sketches_arrive_whole_and_show_the_marked_control_where_it_stood(
    box: tuple[Mailbox, ssl.SSLContext],
) -> None:
    row, save = Box(10, 700, 300, 20), Box(640, 320, 320, 64, "Save")
    before, after = sketch([row, save], 1), sketch([row])
    run_engine(post(box).send(enclosed(drift_letter(alarm(before=before, after=after)), ENVELOPE)))
    [letter] = box[0].letters
    shown = letter.get_body(("html",))
    assert shown is not None
    pictures = {
        part["Content-ID"]: part.get_content()
        for part in letter.walk()
        if part.get_content_type() == "image/png"
    }
    assert pictures == {"<before>": before, "<after>": after}
    assert all(f"cid:{name.strip('<>')}" in shown.get_content() for name in pictures)
    scale = 600 / 1280
    edges = [640 * scale, 320 * scale, (640 + 320) * scale, (320 + 64) * scale]
    assert marked_in(pictures["<before>"]) == pytest.approx(edges, abs=1)
    assert marked_in(pictures["<after>"]) is None


def test_a_server_that_takes_nothing_now_is_asked_again_and_one_that_never_will_is_not(
    box: tuple[Mailbox, ssl.SSLContext],
) -> None:
    box[0].refusing = "451 try again later"
    assert isinstance(refusal(post(box)), Transient)
    box[0].refusing = "550 nobody here"
    assert isinstance(refusal(post(box)), Unready)
    assert box[0].letters == []


def test_nothing_is_handed_to_a_server_that_is_not_trusted_or_does_not_know_us(
    box: tuple[Mailbox, ssl.SSLContext],
) -> None:
    assert isinstance(refusal(post(box, trusted=False)), Unready)
    stranger = post(box, f"smtp://vetportal:wrong@localhost:{box[0].port}")
    assert isinstance(refusal(stranger), Unready)
    bare = post(box, f"smtp+plain://localhost:{box[0].port}")
    assert isinstance(refusal(bare), Unready)
    assert box[0].letters == []


def test_a_server_that_is_away_is_asked_again(box: tuple[Mailbox, ssl.SSLContext]) -> None:
    assert isinstance(refusal(post(box, f"smtp://localhost:{free_port()}")), Transient)


@pytest.mark.parametrize(
    "address",
    [
        "mail.example.org",
        "http://mail.example.org",
        "smtp://",
        "smtp://mail:none",
        "smtp+plain://name:secret-word@mail.example.org",
    ],
)
def test_an_address_that_is_none_is_told_without_its_password(address: str) -> None:
    with pytest.raises(BadArgument) as refused:
        MailServer.read(Secret(address))
    assert "secret-word" not in str(refused.value)
    assert "VETPORTAL_MAIL_SERVER" in refused.value.remedy


def test_ports_and_names_are_read_from_the_address() -> None:
    found = MailServer.read(Secret("smtps://a%40b.org:p%2Fw@mail.example.org"))
    assert (found.host, found.port, found.secure, found.username) == (
        "mail.example.org",
        465,
        "tls",
        "a@b.org",
    )
    assert found.password is not None
    assert found.password.reveal() == "p/w"
    assert MailServer.read(Secret("smtp://relay")).password is None
