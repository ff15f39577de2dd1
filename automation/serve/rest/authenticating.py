"""The routes that give session tokens to those who know the login of a practice."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, ConfigDict, Field, PlainValidator, WithJsonSchema
from starlette.responses import Response

from automation.model import Secret
from automation.serve.authenticating import SCOPE, Entered, Held, LoginWish
from automation.serve.problems import Problem
from automation.serve.rest.answers import UNKEPT, answer
from automation.serve.rest.bodies import read_body
from automation.serve.rest.described import problems, scoped
from automation.serve.rest.guarding import Asking, Working
from automation.session import LoginShown

_LONGEST: Final = 1000
_ACCEPTED: Final = 202


def _hidden(given: object) -> Secret:
    """A text that prints nowhere from here on.

    Raises:
        ValueError: it is none, or too long.
    """
    if not isinstance(given, str) or not 0 < len(given) <= _LONGEST:
        msg = f"it is no text of 1 to {_LONGEST} characters"
        raise ValueError(msg)
    return Secret(given)


Hidden = Annotated[
    Secret,
    PlainValidator(_hidden),
    WithJsonSchema(
        {
            "type": "string",
            "format": "password",
            "writeOnly": True,
            "minLength": 1,
            "maxLength": _LONGEST,
        }
    ),
]


class _Body(BaseModel):
    """What never tells what it was given."""

    model_config = ConfigDict(
        extra="forbid", hide_input_in_errors=True, arbitrary_types_allowed=True
    )


class LoginBody(_Body):
    """A login: user name and password, or the id and the secret of an OAuth client."""

    portal: str | None = Field(None, description="Name of the portal, where several are meant.")
    practice: str | None = Field(
        None, description="Name of the practice; it may be left out when one has the login."
    )
    username: Hidden | None = Field(None, description="User name at the portal.")
    password: Hidden | None = Field(None, description="Password at the portal.")
    client_id: Hidden | None = Field(None, description="Id of the OAuth client.")
    client_secret: Hidden | None = Field(None, description="Secret of the OAuth client.")

    def wish(self) -> LoginWish:
        """The login.

        Raises:
            Problem: it is none.
        """
        pairs = (
            ("login", self.username, self.password),
            ("token", self.client_id, self.client_secret),
        )
        given = [each for each in pairs if each[1] is not None or each[2] is not None]
        for kind, name, secret in given[:1]:
            if len(given) == 1 and name is not None and secret is not None:
                shown = LoginShown("login" if kind == "login" else "token", name, secret)
                return LoginWish(shown, self.portal, self.practice)
        raise Problem(
            400,
            "invalid_request",
            "the body is no login",
            remedy="Give `username` and `password`, or `client_id` and `client_secret`.",
            parameter="body",
        )


class CodeBody(_Body):
    """What the portal asks for."""

    code: Hidden | None = Field(
        None, description="The code; left out where the portal waits for an approval elsewhere."
    )


class EnteredShape(BaseModel):
    """A session token."""

    object: Literal["session"] = Field(description="`session`.")
    session_token: str = Field(description="Show it as `Authorization: Bearer`. It is told once.")
    expires_at: datetime = Field(description="When it ends.")
    practices: list[str] = Field(description="The practices that it reaches.")
    scopes: list[str] = Field(description="What it may do: the scopes of the key that read.")


class MfaShape(BaseModel):
    """What the portal asks a person."""

    kind: Literal["code", "approval"] = Field(
        description="`code`: hand it in; `approval`: approve on the device, then ask on."
    )
    asked: str = Field(description="What the portal says, without numbers and addresses.")
    expires_at: datetime = Field(description="When the login stops waiting.")


class HeldShape(BaseModel):
    """A login that waits for a person."""

    object: Literal["challenge"] = Field(description="`challenge`.")
    challenge_id: str = Field(description="Where the answer goes; only the same key may give it.")
    mfa: MfaShape = Field(description="What is asked.")


_ENTERED: Final = {
    "object": "session",
    "session_token": "vp_0123456789_...",
    "expires_at": "2026-03-02T16:30:00+00:00",
    "practices": ["north"],
    "scopes": ["appointments:read", "patients:read"],
}
_HELD: Final = {
    "object": "challenge",
    "challenge_id": "0123456789abcdef01234567",
    "mfa": {
        "kind": "code",
        "asked": "Enter the code that we sent to ***07",
        "expires_at": "2026-03-02T15:40:00+00:00",
    },
}
_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "model": EnteredShape,
        "description": "The login is right, and the portal lets it in",
        "content": {"application/json": {"example": _ENTERED}},
    },
    202: {
        "model": HeldShape,
        "description": "The portal asks a person",
        "content": {"application/json": {"example": _HELD}},
    },
    **problems(404, 409, 413, 415, 423, 502, 503, 504),
}


def routes() -> APIRouter:
    """Both routes."""
    router = APIRouter()

    async def begin(request: Request, caller: Asking, service: Working) -> Response:
        caller.refuse(SCOPE)
        body = await read_body(request, LoginBody)
        return _told(request, await service.authenticator.begin(caller, body.wish()))

    async def hand_in(
        request: Request,
        caller: Asking,
        service: Working,
        challenge_id: Annotated[str, Path(description="As the answer before told.")],
    ) -> Response:
        caller.refuse(SCOPE)
        body = await read_body(request, CodeBody)
        found = await service.authenticator.answer(caller, challenge_id, body.code)
        return _told(request, found)

    for path, route, name, words, model, example in (
        (
            "/authenticate",
            begin,
            "authenticate",
            "Get a session token for who knows the login of a practice",
            LoginBody,
            {"portal": "acme", "username": "ann@example.org", "password": "..."},
        ),
        (
            "/authenticate/{challenge_id}/mfa",
            hand_in,
            "answer_challenge",
            "Hand in what the portal asks a person",
            CodeBody,
            {"code": "123456"},
        ),
    ):
        content = {"schema": model.model_json_schema(), "example": example}
        router.add_api_route(
            path,
            route,
            methods=["POST"],
            operation_id=name,
            summary=words,
            description="What is shown is compared with what the vault keeps; what is wrong is "
            "never sent to the portal. The token reads what the key may read, for an hour.",
            tags=["authentication"],
            response_model=None,
            responses=_RESPONSES,
            openapi_extra=scoped(
                SCOPE,
                requestBody={"content": {"application/json": content}, "required": True},
            ),
        )
    return router


def _told(request: Request, found: Entered | Held) -> Response:
    if isinstance(found, Held):
        asked = found.challenge
        mfa = {"kind": asked.kind, "asked": asked.asked, "expires_at": asked.expires_at}
        content: dict[str, Any] = {"object": "challenge", "challenge_id": found.id, "mfa": mfa}
        headers = {"Location": f"/authenticate/{found.id}/mfa"}
        return answer(request, content, status=_ACCEPTED, headers=headers)
    token = found.issued.token
    content = {
        "object": "session",
        "session_token": found.issued.text.reveal(),
        "expires_at": token.expires_at,
        "practices": list(token.practices),
        "scopes": list(token.scopes),
    }
    return answer(request, content, headers=UNKEPT)
