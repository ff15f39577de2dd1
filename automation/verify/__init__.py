"""The proof loop: replay against browser, canaries, endpoint heals."""

from automation.verify.proof import Proof, Proving, known
from automation.verify.screen import kept_items, screen_answers, screen_replies

__all__ = ["Proof", "Proving", "kept_items", "known", "screen_answers", "screen_replies"]
