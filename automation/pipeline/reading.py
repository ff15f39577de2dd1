"""Reading without a browser: some pages of an endpoint, or what can be had of a practice."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing

from automation import replay
from automation import sync as sync_stage
from automation.catalog import Catalog
from automation.errors import VetportalError
from automation.model import Answer, Assessment, Coverage, Endpoint, Practice
from automation.pipeline.tools import Tools
from automation.pipeline.watching import keep_replay, watch_replay
from automation.sync import Progress, quietly


async def replay_pages(
    tools: Tools,
    practice: Practice,
    name: str,
    inputs: Mapping[str, replay.InputValue],
    *,
    pages: int,
) -> AsyncGenerator[Answer]:
    """The first pages of an endpoint, without a browser; what came is watched for drift.

    A list that somebody asked for with words of their own is not: it may well be empty.
    """
    files = tools.catalog
    endpoint = files.endpoint(practice.portal, name)
    ordinary = not inputs or endpoint.response.items is None
    days = _horizons(files, practice).days(name, practice, tools.clock.now())
    inputs = {**sync_stage.as_inputs(days), **inputs}
    async with await tools.sessions.open(practice) as session:
        watch = watch_replay(tools, practice)
        looked_at = watch.on(session) if ordinary else session

        def answers(of: Endpoint, given: Mapping[str, replay.InputValue]) -> AsyncGenerator[Answer]:
            return replay.replay_endpoint(
                of,
                looked_at,
                inputs=given,
                parents=lambda parent: answers(files.endpoint(practice.portal, parent), {}),
                clock=tools.clock,
                rng=tools.rng,
            )

        ended = Coverage(endpoint=name, run="", began_at=tools.clock.now())
        try:
            async with aclosing(answers(endpoint, inputs)) as found:
                async for answer in found:
                    yield answer
                    pages -= 1
                    if pages == 0:
                        break
        except VetportalError as problem:
            ended = ended.model_copy(update={"error": type(problem).__name__})
            raise
        finally:
            await keep_replay(tools, watch, {name: ended})


def _horizons(files: Catalog, practice: Practice) -> sync_stage.Horizons:
    endpoints = {each.endpoint: each for each in files.endpoints(practice.portal)}
    mappings = files.mappings(practice.portal)
    return sync_stage.Horizons(files.portal(practice.portal), practice, endpoints, mappings)


async def assess(tools: Tools, practice: Practice, *, progress: Progress = quietly) -> Assessment:
    """Ask every endpoint once and read every setting, and say what can be had of a practice.

    Raises:
        Refused: the practice is paused.
        PersonNeeded, PracticeMixedUp, LoggedOut: the portal does not let us in.
    """
    portal = tools.catalog.portal(practice.portal)
    async with await tools.sessions.open(practice) as session:
        assessing = sync_stage.Assessing(
            session, tools.catalog, clock=tools.clock, rng=tools.rng, progress=progress
        )
        await assessing.endpoints()
        profile = await assessing.profile(await tools.profiles.latest(practice.name))
    return Assessment(
        practice=practice.name,
        portal=practice.portal,
        at=tools.clock.now(),
        login=await tools.sessions.login_kind(practice),
        session=(await tools.sessions.status(practice.name)).phase,
        screens=sync_stage.screens_of(tuple(assessing.reaches.values())),
        profile=None if profile is None else await tools.profiles.put(profile),
        entities=assessing.entities(portal.absent),
    )
