"""The story on one screen: the stages in order."""
