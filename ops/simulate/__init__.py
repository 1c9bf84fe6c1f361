"""A made-up company's raw CRM tables: believable, deterministic, of any size, flawed on purpose."""

from ops.simulate.company import TABLES, Company, simulate
from ops.simulate.flaws import Flaw
from ops.simulate.parameters import Parameters
from ops.simulate.write import OutputError, write_files, write_flaws, write_seeds

__all__ = [
    "TABLES",
    "Company",
    "Flaw",
    "OutputError",
    "Parameters",
    "simulate",
    "write_files",
    "write_flaws",
    "write_seeds",
]
