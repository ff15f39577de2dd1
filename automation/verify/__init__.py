"""The proof loop: replay against browser, canaries, endpoint heals."""
