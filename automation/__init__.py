"""Turn a veterinary practice portal without a usable API into one."""

__all__ = ["__version__"]

__version__ = "0.1.0"
