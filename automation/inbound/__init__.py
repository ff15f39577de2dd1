"""What portals tell us by themselves: takes notices, tells clicks apart, keeps subscriptions."""

from automation.inbound.button import Click, Context, read_click
from automation.inbound.hooks import Difference, Done, Subscriptions, address_of, refuse_address
from automation.inbound.payload import read_payload
from automation.inbound.receiver import MOST_BYTES, Receiver, Reception
from automation.inbound.secrets import InboundSecrets

__all__ = [
    "MOST_BYTES",
    "Click",
    "Context",
    "Difference",
    "Done",
    "InboundSecrets",
    "Receiver",
    "Reception",
    "Subscriptions",
    "address_of",
    "read_click",
    "read_payload",
    "refuse_address",
]
