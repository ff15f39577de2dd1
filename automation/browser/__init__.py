"""The door to Playwright: provision, launch, play steps, listen to the network."""
