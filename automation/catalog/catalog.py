"""Catalog: the portals that are known, with their flows, endpoints and mappings."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path
from typing import Final, TypeVar

from pydantic import BaseModel, ValidationError

from automation.catalog import notation
from automation.catalog.inbound import misfits
from automation.catalog.operations import unfit_places
from automation.catalog.problems import describe, describe_places
from automation.catalog.upgrade import LADDERS, upgrade
from automation.catalog.writing import canonical_text, write_whole
from automation.entities import refuse_unfit
from automation.errors import BadArgument, BadFile, NotKnown, Unready
from automation.model import Endpoint, Flow, Inbound, Mapping, Operation, Portal, ProfilePlan

_NAME: Final = re.compile(r"[a-z0-9]+(?:[_-][a-z0-9]+)*")
_FLOW_SUFFIX: Final = ".flow.yaml"
_SUFFIX: Final = ".yaml"
_TEXTS: Final = 2_000
"""Texts whose meaning is remembered, for all portals together."""
_PLACES: Final = {
    "flow": (".", _FLOW_SUFFIX),
    "endpoint": ("endpoints", _SUFFIX),
    "mapping": ("mappings", _SUFFIX),
    "operation": ("operations", _SUFFIX),
}
N = TypeVar("N", bound=BaseModel)


class Catalog:
    """Reads and writes ``flows/``; what it returns is parsed, checked and of the newest format.

    Args:
        root: the folder that holds one folder per portal.

    Every reading method raises :class:`NotKnown` for a name that does not exist,
    :class:`BadArgument` for a name that could leave the folder and :class:`BadFile` for a file
    that does not parse. Writing raises :class:`Unready` when the disk refuses.
    """

    def __init__(self, root: Path) -> None:
        """Remember the folder; nothing is read before it is asked for."""
        self.root = root

    def portals(self) -> tuple[str, ...]:
        """The names of all portals, sorted."""
        return tuple(sorted(path.parent.name for path in self.root.glob("*/portal.yaml")))

    def portal(self, name: str) -> Portal:
        """One portal by name."""
        path = self._folder(name) / "portal.yaml"
        return self._read(path, Portal, "portal", named={"portal": name})

    def profile(self, name: str) -> ProfilePlan:
        """How a portal tells what a practice configured; without sections where it does not."""
        path = self._folder(name) / "profile.yaml"
        if not path.is_file():
            return ProfilePlan(profile=name)
        plan = self._read(path, ProfilePlan, "profile", named={"profile": name})
        known = self.endpoint_names(name)
        for section, told in plan.sections.items():
            if told.endpoint not in known:
                problem = f'sections.{section}.endpoint: there is no endpoint "{told.endpoint}"'
                raise BadFile(self._shown(path), problem)
        return plan

    def inbound(self, name: str) -> Inbound:
        """What a portal tells us by itself; nothing where it does not."""
        found = self._inbound(name)
        endpoints = {each.endpoint: each for each in self.endpoints(name)}
        if (problem := next(misfits(found, endpoints.get), None)) is not None:
            raise BadFile(self._shown(self._folder(name) / "inbound.yaml"), problem)
        return found

    def _inbound(self, name: str) -> Inbound:
        """The same, without a look at the endpoints."""
        path = self._folder(name) / "inbound.yaml"
        if not path.is_file():
            return Inbound(inbound=name)
        return self._read(path, Inbound, "inbound", named={"inbound": name})

    def flow_names(self, portal: str) -> tuple[str, ...]:
        """The names of all flows of a portal, sorted."""
        return _names(self._folder(portal), _FLOW_SUFFIX)

    def flow(self, portal: str, name: str) -> Flow:
        """One flow of a portal by name."""
        path = self._known(portal, "flow", name, self.flow_names)
        return self._read(path, Flow, "flow", named={"flow": name, "portal": portal})

    def flows(self, portal: str) -> tuple[Flow, ...]:
        """All flows of a portal, by name."""
        return tuple(self.flow(portal, name) for name in self.flow_names(portal))

    def endpoint_names(self, portal: str) -> tuple[str, ...]:
        """The names of all endpoints of a portal, sorted."""
        return _names(self._folder(portal) / "endpoints", _SUFFIX)

    def endpoint(self, portal: str, name: str) -> Endpoint:
        """One endpoint of a portal by name."""
        path = self._known(portal, "endpoint", name, self.endpoint_names)
        return self._read(path, Endpoint, "endpoint", named={"endpoint": name})

    def endpoints(self, portal: str) -> tuple[Endpoint, ...]:
        """All endpoints of a portal, by name."""
        return tuple(self.endpoint(portal, name) for name in self.endpoint_names(portal))

    def mapping_names(self, portal: str) -> tuple[str, ...]:
        """The names of all mappings of a portal, sorted."""
        return _names(self._folder(portal) / "mappings", _SUFFIX)

    def mapping(self, portal: str, name: str) -> Mapping:
        """One mapping of a portal by name; it fits the entity it is for."""
        path = self._known(portal, "mapping", name, self.mapping_names)
        found = self._read(path, Mapping, "mapping", named={"mapping": name})
        try:
            refuse_unfit(found)
        except ValueError as error:
            raise BadFile(self._shown(path), str(error)) from None
        return found

    def mappings(self, portal: str) -> tuple[Mapping, ...]:
        """All mappings of a portal, by name."""
        return tuple(self.mapping(portal, name) for name in self.mapping_names(portal))

    def operation_names(self, portal: str) -> tuple[str, ...]:
        """The names of all operations of a portal, sorted."""
        return _names(self._folder(portal) / "operations", _SUFFIX)

    def operation(self, portal: str, name: str) -> Operation:
        """One operation of a portal by name; it fits the endpoints and the profile."""
        path = self._known(portal, "operation", name, self.operation_names)
        found = self._read(path, Operation, "operation", named={"operation": name})
        endpoints, names = partial(self.endpoint, portal), self.endpoint_names(portal)
        problems = tuple(
            unfit_places(
                found,
                endpoints,
                names=names,
                sections=self.profile(portal).sections,
                topics=lambda: self._inbound(portal).topics,
            )
        )
        if problems:
            shown = self._shown(path)
            _, node = notation.parse(_text(path, shown))
            raise BadFile(shown, describe_places(problems, node))
        return found

    def operations(self, portal: str) -> tuple[Operation, ...]:
        """All operations of a portal, by name."""
        return tuple(self.operation(portal, name) for name in self.operation_names(portal))

    def write_portal(self, portal: Portal) -> Path:
        """Write ``portal.yaml``; the folder appears when it is new."""
        return self._write(self.root / _checked("portal", portal.portal) / "portal.yaml", portal)

    def write_flow(self, flow: Flow) -> Path:
        """Write a flow into the folder of its portal."""
        return self._write(self._path(flow.portal, "flow", flow.flow), flow)

    def write_endpoint(self, portal: str, endpoint: Endpoint) -> Path:
        """Write an endpoint into the folder of a portal."""
        return self._write(self._path(portal, "endpoint", endpoint.endpoint), endpoint)

    def write_mapping(self, portal: str, mapping: Mapping) -> Path:
        """Write a mapping into the folder of a portal.

        Where only texts of it differ, such as where a field is read, the comments in the file stay.
        """
        path = self._path(portal, "mapping", mapping.mapping)
        text = self._amended(path, mapping) if path.is_file() else None
        if text is None:
            return self._write(path, mapping)
        write_whole(path, text)
        return path

    def check_name(self, kind: str, name: str) -> None:
        """See that a file of this kind can have this name, before work goes into it.

        Raises:
            BadArgument: it cannot.
        """
        _checked(kind, name)

    def _folder(self, portal: str) -> Path:
        folder = self.root / _checked("portal", portal)
        if not (folder / "portal.yaml").is_file():
            raise NotKnown("portal", portal, self.portals())
        return folder

    def _path(self, portal: str, kind: str, name: str) -> Path:
        """Where a file belongs, whether it is there or not."""
        folder = self.root / _checked("portal", portal)
        where, suffix = _PLACES[kind]
        return folder / where / f"{_checked(kind, name)}{suffix}"

    def _known(
        self, portal: str, kind: str, name: str, names: Callable[[str], tuple[str, ...]]
    ) -> Path:
        """Where a file is; who asks for one that is not there is told the names of those that are.

        The folder is looked through in that case only: checking one file asks for many others.
        """
        self._folder(portal)
        path = self._path(portal, kind, name)
        if not path.is_file():
            raise NotKnown(kind, name, names(portal))
        return path

    def _read(self, path: Path, noun: type[N], kind: str, *, named: dict[str, str]) -> N:
        """Parse one file and see that it is what its place says."""
        shown = self._shown(path)
        found = noun.model_validate(_parsed(shown, _text(path, shown), noun, kind))
        for field, wanted in named.items():
            if (given := getattr(found, field)) != wanted:
                raise BadFile(shown, f'{field}: "{given}" should be "{wanted}", as the path says')
        return found

    def _amended(self, path: Path, mapping: Mapping) -> str | None:
        """The text of a file with other texts in it; None where that does not say the mapping."""
        shown = self._shown(path)
        try:
            text = _text(path, shown)
            before = _parsed(shown, text, Mapping, "mapping")
            documents = [notation.parse(canonical_text(each))[0] for each in (before, mapping)]
            changed = notation.spliced(text, *documents)
            same = changed and _parsed(shown, changed, Mapping, "mapping") == mapping
        except BadFile:  # whoever writes it anew mends it
            return None
        return changed if same else None

    def _write(self, path: Path, noun: BaseModel) -> Path:
        write_whole(path, canonical_text(noun))
        return path

    def _shown(self, path: Path) -> str:
        """A path as the user knows it: from the catalog's own folder on."""
        return str(Path(self.root.name) / path.relative_to(self.root))


def _checked(kind: str, name: str) -> str:
    """Refuse a name that could leave its folder."""
    if not _NAME.fullmatch(name):
        raise BadArgument(f"{kind} name {name!r} may hold only a-z, 0-9 and single - or _ between")
    return name


def _names(folder: Path, suffix: str) -> tuple[str, ...]:
    found = (path.name.removesuffix(suffix) for path in folder.glob(f"*{suffix}"))
    return tuple(sorted(name for name in found if _NAME.fullmatch(name)))


def _text(path: Path, shown: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BadFile(shown, f"byte {error.start} is not UTF-8") from error
    except OSError as error:
        raise Unready(f"{shown} cannot be read: {error.strerror}") from error


@lru_cache(maxsize=_TEXTS)
def _parsed(shown: str, text: str, noun: type[BaseModel], kind: str) -> BaseModel:
    """What a text says; nouns never change, so the same text need not be parsed twice."""
    try:
        document, node = notation.parse(text)
        if not isinstance(document, dict):
            msg = f"a {kind} is a mapping with the keys: {', '.join(noun.model_fields)}"
            raise ValueError(msg)  # noqa: TRY004, TRY301 - told to the author as one of three
        lifted = upgrade(document, LADDERS[kind])
    except ValueError as error:
        raise BadFile(shown, str(error)) from error
    try:
        return noun.model_validate(lifted)
    except ValidationError as error:
        raise BadFile(shown, describe(error, noun, node)) from None
