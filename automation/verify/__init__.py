"""The proof loop: replay against browser, canaries, endpoint heals."""

from automation.verify.proof import Proof, Proving, known
from automation.verify.screen import screen_answers, screen_replies

__all__ = ["Proof", "Proving", "known", "screen_answers", "screen_replies"]
