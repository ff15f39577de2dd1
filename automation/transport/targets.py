"""Where events may be sent: public addresses, and private ones that somebody allowed."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit

from automation.errors import BadArgument

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_NAT64: Final = ip_network("64:ff9b::/96")
_LONGEST: Final = 2000


class Targets:
    """Tells where events may go.

    Args:
        networks: private networks that are allowed, too: ``10.0.0.0/8``.
    """

    def __init__(self, networks: Iterable[Network] = ()) -> None:
        self._networks = tuple(networks)

    def allows(self, text: str, *, plain: bool = False) -> bool:
        """Whether something may be sent to an address of the network.

        Args:
            text: the address, as a name resolves to it.
            plain: without encryption, which public addresses never get.
        """
        try:
            meant = _meant(ip_address(text.partition("%")[0]))
        except ValueError:
            return False
        if any(meant in network for network in self._networks):
            return True
        return not plain and meant.is_global and not meant.is_multicast

    def refuse(self, url: str) -> None:
        """See that events can go to a URL, as far as that is known before its name is resolved.

        Raises:
            BadArgument: it is no https URL, holds a user name, or names an address that nothing
                may be sent to; http does for networks that are allowed.
        """
        try:
            parts = urlsplit(url)
            host = parts.hostname or ""
            fine = bool(host) and parts.port != 0
        except ValueError:
            fine, parts, host = False, urlsplit(""), ""
        schemes = {"https", "http"} if self._networks else {"https"}
        plain = not (parts.username or parts.password or parts.fragment)
        readable = url.isascii() and url.isprintable() and " " not in url and len(url) <= _LONGEST
        if not (fine and plain and readable) or parts.scheme not in schemes:
            raise BadArgument(
                "this is no address that events can be sent to",
                remedy="Give an https address without a user name: https://host/path",
            )
        if _is_address(host) and not self.allows(host, plain=parts.scheme == "http"):
            raise BadArgument(
                f"{host} is a private address, and nothing is sent there",
                remedy="Give a public one, or allow its network with VETPORTAL_WEBHOOK_NETWORKS.",
            )


def _meant(address: Address) -> Address:
    """The address that is reached in the end: some of IPv6 hold one of IPv4."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    if address.sixtofour is not None and not address.sixtofour.is_global:
        return address.sixtofour
    return address


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
