"""Shapes, templates and leaf classes of what goes over the wire; pure."""
