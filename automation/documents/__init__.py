"""Fetches the bytes of documents from the portal, when somebody asks for them."""

from automation.documents.desk import Desk
from automation.documents.draft import draft_beside
from automation.documents.fetch import LARGEST, Fetched, fetch

__all__ = ["LARGEST", "Desk", "Fetched", "draft_beside", "fetch"]
