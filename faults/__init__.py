"""Failures of the catalogue, each brought back on the reference platform by a function, seen by its probe."""

from faults.probes import get
from faults.registry import Fault, fault
from faults.served import Served

__all__ = ["Fault", "Served", "fault", "get"]
