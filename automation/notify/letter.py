"""Letters about drift: one for each incident, readable on a phone and as plain text.

A letter is multipart (RFC 2046): plain text, HTML with its styles inlined, and the pictures that
the HTML shows, as parts of the letter itself, so that nothing is loaded from elsewhere. It holds
commands to type and no link that acts when it is opened: mail scanners open all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from automation.model import Finding, Heal, Severity
from automation.notify.words import words_of

_LONGEST_SUBJECT: Final = 120
_PAGES: Final = Environment(
    loader=PackageLoader("automation.notify"),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_USED: Final = {
    "none": "Nothing that we send, click or read is touched.",
    "read": "We read it: what comes of it may be missing or wrong.",
    "written": "We write it: writes are held until somebody looks.",
    "identity": "Things are told apart by it: they may be mixed up or doubled.",
    "navigation": "Our way through the portal leads over it.",
}


@dataclass(frozen=True, slots=True)
class Alarm:
    """One finding, as people are told of it.

    Attributes:
        finding: what differs.
        practices: the practices that have it, in the order in which they had it.
        since: when the first had it.
        over: whether the portal is as it was again.
        worse: it was told before, and got worse since.
        heals: the repairs that are known for it.
        before: picture of the page as it was, PNG, with the element marked; None without one.
        after: picture of it as it is.
    """

    finding: Finding
    practices: tuple[str, ...]
    since: datetime
    over: bool = False
    worse: bool = False
    heals: tuple[Heal, ...] = ()
    before: bytes | None = None
    after: bytes | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What is said, before it is known how it goes.

    Attributes:
        subject: in one line.
        text: plain text.
        page: the same as HTML.
        pictures: what the page shows, PNG by name.
    """

    subject: str
    text: str
    page: str
    pictures: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Envelope:
    """Where a letter comes from and goes to.

    Attributes:
        sender: address it comes from.
        recipient: address it goes to.
        at: when it is sent.
        thread: what the letters of one incident have in common; never two incidents'.
        number: of this letter alone; the same where it is sent once more, so that mail programs
            show it once.
    """

    sender: str
    recipient: str
    at: datetime
    thread: str
    number: str


def drift_letter(alarm: Alarm) -> Written:
    """The letter about one incident."""
    return _written("drift", subject_of(alarm), {"told": told(alarm)}, pictures_of(alarm))


def digest_letter(alarms: Sequence[Alarm]) -> Written:
    """One letter about everything that is not worth one of its own."""
    small = all(each.finding.severity is Severity.COSMETIC for each in alarms)
    what = "nothing of ours is touched" if small else "nothing of ours is known to break"
    many = "1 change" if len(alarms) == 1 else f"{len(alarms)} changes"
    facts = {"all": [told(each) for each in alarms], "small": small, "what": what}
    return _written("digest", f"vetportal: {many}, {what}", facts, {})


def trial_letter() -> Written:
    """A letter that shows that letters arrive."""
    return _written("trial", "vetportal: letters arrive", {}, {})


def subject_of(alarm: Alarm) -> str:
    """The subject: how bad, where, what."""
    finding = alarm.finding
    level = "RESOLVED" if alarm.over else str(finding.severity).upper()
    level = f"NOW {level}" if alarm.worse else level
    many = f" ({len(alarm.practices)} practices)" if len(alarm.practices) > 1 else ""
    text = f"{level}: {finding.portal} {finding.flow}: {words_of(finding.rule)}{many}"
    plain = " ".join(text.split())
    short = f"{plain[: _LONGEST_SUBJECT - 1]}…"
    return plain if len(plain) <= _LONGEST_SUBJECT else short


def pictures_of(alarm: Alarm) -> dict[str, bytes]:
    """The pictures of an alarm, by name."""
    pictures = (("before", alarm.before), ("after", alarm.after))
    return {name: picture for name, picture in pictures if picture is not None}


def _part(name: str, _picture: bytes) -> str:
    """Where a letter has a picture: in a part of itself (RFC 2392)."""
    return f"cid:{name}"


def told(alarm: Alarm, source_of: Callable[[str, bytes], str] = _part) -> dict[str, object]:
    """What is said of an alarm, as the templates take it.

    Args:
        alarm: what is told.
        source_of: where a picture of this name stands.
    """
    finding = alarm.finding
    return {
        "level": "resolved" if alarm.over else str(finding.severity),
        "bad": not alarm.over and finding.severity == Severity.BREAKING,
        "over": alarm.over,
        "worse": alarm.worse,
        "what": words_of(finding.rule),
        "finding": finding,
        "id": finding.fingerprint,
        "practices": alarm.practices,
        "since": f"{alarm.since:%Y-%m-%d %H:%M %Z}",
        "breaks": _USED[finding.consumed],
        "heals": alarm.heals,
        "pictures": [
            {"name": name, "source": source_of(name, picture)}
            for name, picture in pictures_of(alarm).items()
        ],
    }


def _written(
    name: str, subject: str, facts: dict[str, object], pictures: dict[str, bytes]
) -> Written:
    text = _PAGES.get_template(f"{name}.txt").render(facts)
    return Written(subject, text, page_of(name, facts), pictures)


def page_of(name: str, facts: Mapping[str, object]) -> str:
    """A page of a template, with its styles inlined, as mail programs want it."""
    return css_inline.inline(_PAGES.get_template(f"{name}.html").render(facts))


def enclosed(written: Written, envelope: Envelope) -> EmailMessage:
    """What is said, as it is handed to a mail server."""
    letter = EmailMessage()
    letter["Subject"] = written.subject
    letter["From"] = Address("vetportal", addr_spec=envelope.sender)
    letter["To"] = Address(addr_spec=envelope.recipient)
    letter["Date"] = format_datetime(envelope.at)
    domain = envelope.sender.rpartition("@")[2]
    letter["Message-ID"] = f"<{envelope.number}@{domain}>"
    letter["References"] = f"<{envelope.thread}@{domain}>"
    letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence answers it
    letter.set_content(written.text)
    letter.add_alternative(written.page, subtype="html")
    html = letter.get_payload()[1]  # type: ignore[index]
    for key, picture in written.pictures.items():
        html.add_related(  # type: ignore[union-attr]
            picture, "image", "png", cid=f"<{key}>", filename=f"{key}.png", disposition="inline"
        )
    return letter
