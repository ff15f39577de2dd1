from __future__ import annotations

from automation.model import Check, Click, Fill, Goto, Select, Step, Target, When
from automation.record.challenges import make_optional
from automation.record.known import CODE, LABEL, PASSWORD, USERNAME
from automation.record.steps import Placed

USER = Fill(target=Target(id="user"), value=USERNAME)
WORD = Fill(target=Target(id="password"), value=PASSWORD)
SIGN_IN = Click(target=Target(id="sign-in"))
CODE_FIELD = Target(role="textbox", name="Code", id="code")
GIVE_CODE = Fill(target=CODE_FIELD, value=CODE)
REMEMBER = Check(target=Target(id="remember"))
VERIFY = Click(target=Target(id="verify"))
PICK = Click(target=Target(role="button", name=LABEL, text=LABEL))
GO_ON = Click(target=Target(id="go-on"))
HOME = Goto(url="/")


def flow(*pages: tuple[Step, ...]) -> tuple[Step, ...]:
    """Make optional what was done page by page; an address is opened outside of any."""
    placed = [
        Placed(step, "" if isinstance(step, Goto) else f"page {number}")
        for number, page in enumerate(pages)
        for step in page
    ]
    return make_optional(placed)


def when(target: Target, *steps: Step) -> When:
    return When(target=target, steps=steps)


def test_the_page_of_a_code_and_the_page_of_practices_are_passed_over_if_not_shown() -> None:
    assert flow((HOME, USER, WORD, SIGN_IN), (REMEMBER, GIVE_CODE, VERIFY), (PICK,)) == (
        HOME,
        USER,
        WORD,
        SIGN_IN,
        when(CODE_FIELD, REMEMBER, GIVE_CODE, VERIFY),
        when(Target(role="button", name=LABEL), PICK),
    )


def test_what_is_done_on_the_page_of_practices_besides_choosing_belongs_to_it() -> None:
    choose = Select(target=Target(id="practices"), option=LABEL)
    assert flow((USER, WORD, SIGN_IN), (choose, GO_ON))[3:] == (
        when(Target(id="practices"), choose, GO_ON),
    )


def test_a_code_asked_for_on_the_page_of_the_password_ends_with_the_next_click() -> None:
    assert flow((USER, WORD, SIGN_IN, GIVE_CODE, REMEMBER, VERIFY, GO_ON)) == (
        USER,
        WORD,
        SIGN_IN,
        when(CODE_FIELD, GIVE_CODE, REMEMBER, VERIFY),
        GO_ON,
    )


def test_two_challenges_on_one_page_are_passed_over_one_by_one() -> None:
    assert flow((USER, WORD, SIGN_IN, GIVE_CODE, VERIFY, PICK)) == (
        USER,
        WORD,
        SIGN_IN,
        when(CODE_FIELD, GIVE_CODE, VERIFY),
        when(Target(role="button", name=LABEL), PICK),
    )


def test_a_code_that_submits_itself_needs_no_click() -> None:
    assert flow((USER, WORD, SIGN_IN), (GIVE_CODE,), (GO_ON,))[3:] == (
        when(CODE_FIELD, GIVE_CODE),
        GO_ON,
    )


def test_what_shows_a_challenge_is_never_a_mere_resemblance() -> None:
    pick = Click(target=Target(text=LABEL))
    assert flow((USER, WORD), (pick,))[2] == when(Target(text=LABEL), pick)


def test_a_flow_that_does_not_sign_in_has_no_challenges() -> None:
    assert flow((HOME, PICK)) == (HOME, PICK)
