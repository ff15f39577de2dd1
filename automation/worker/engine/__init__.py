"""The only door to the job engine: durable jobs, checkpointed steps, recovery."""

from automation.worker.engine.client import EngineClient
from automation.worker.engine.engine import DurableEngine, step
from automation.worker.engine.place import EnginePlace

__all__ = ["DurableEngine", "EngineClient", "EnginePlace", "step"]
