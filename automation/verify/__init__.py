"""The proof loop: replay against browser, canaries, endpoint heals."""

from automation.verify.proof import Proof, Proving
from automation.verify.screen import screen_answers, screen_replies

__all__ = ["Proof", "Proving", "screen_answers", "screen_replies"]
