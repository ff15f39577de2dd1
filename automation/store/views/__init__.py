"""Views: questions that are answered from several kinds of entities, as plain SQL."""

from typing import Final

from automation.store.views.activity import ACTIVITY
from automation.store.views.due import DUE
from automation.store.views.invoices import Taken
from automation.store.views.money import MONEY
from automation.store.views.view import View, ViewPage, Wanted
from automation.store.views.views import Views

VIEWS: Final[dict[str, View]] = {**MONEY, **ACTIVITY, **DUE}
"""Every view by its name."""

__all__ = ["VIEWS", "Taken", "View", "ViewPage", "Views", "Wanted"]
