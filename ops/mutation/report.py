"""What mutants became: their score, the survivors as changes of lines, the reviewed ones."""

from __future__ import annotations

import difflib
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import sqlglot
import yaml
from rich.console import Console
from rich.table import Table

from ops.mutation.models import LAYERS, Model
from ops.mutation.operators import DIALECT, Mutant
from ops.mutation.trials import INVALID, KILLED, SURVIVED, Outcome
from ops.warehouse import PROJECT, WarehouseError

EQUIVALENT = "equivalent"
EQUIVALENTS = PROJECT / "tests" / "mutation" / "equivalent_mutants.yml"
KNOWN_ERRORS = PROJECT / "tests" / "mutation" / "known_errors.yml"

LEAST_OF_LAYER = {"kpis": 0.95, "marts": 0.90, "crm": 0.90, "macros": 0.95}
LEAST_OF_KPI_MODEL = 0.90


@dataclass(frozen=True)
class Trial:
    """A mutant and what became of it.

    line is the line of the model's file, removed and added the lines of formatted SQL in which the
    mutant differs; they are kept for mutants that no unit test killed.
    """

    model: str
    layer: str
    path: str
    line: int
    cte: str
    operator: str
    status: str
    killed_by: str = ""
    removed: str = ""
    added: str = ""
    reason: str = ""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What the file of equivalent mutants names a mutant by."""
        return self.model, self.cte, self.removed, self.added


def describe(model: Model, mutant: Mutant, outcome: Outcome, lines: Sequence[int]) -> Trial:
    """The trial of a mutant; lines holds the model's line of each compiled line."""
    removed, added = "", ""
    if outcome.status == SURVIVED:
        removed, added = changed_lines(mutant)
    return Trial(
        model=model.name,
        layer=model.layer,
        path=model.path,
        line=lines[min(mutant.line, len(lines) - 1)],
        cte=mutant.cte,
        operator=mutant.operator,
        status=outcome.status,
        killed_by=outcome.killed_by,
        removed=removed,
        added=added,
    )


def changed_lines(mutant: Mutant) -> tuple[str, str]:
    """The lines of formatted SQL that a mutant removes, and those that it adds."""
    before, after = (pretty(mutant.before), pretty(mutant.after))
    changes = [line for line in difflib.ndiff(before, after) if line.startswith(("- ", "+ "))]
    removed, added = (
        "\n".join(line[2:].strip() for line in changes if line.startswith(sign))
        for sign in ("-", "+")
    )
    return removed, added


def pretty(sql: str) -> list[str]:
    """A part of a query in lines, a clause or an expression each."""
    name, _, rest = sql.partition(" AS (")
    body = rest[:-1] if rest else name
    return sqlglot.parse_one(body, dialect=DIALECT).sql(DIALECT, pretty=True).splitlines()


def model_lines(model: Model) -> list[int]:
    """For each line of the compiled SQL, from 0, the line of the model's file it comes from.

    A line that a macro wrote belongs to the line that calls it.
    """
    written = [line.strip() for line in model.code.splitlines()]
    compiled = [line.strip() for line in model.sql.splitlines()]
    matcher = difflib.SequenceMatcher(a=written, b=compiled, autojunk=False)
    lines = [1] * (len(compiled) + 1)
    for tag, start, end, first, last in matcher.get_opcodes():
        for position in range(first, last):
            origin = start + (position - first if tag == "equal" else 0)
            lines[position + 1] = min(origin, max(end - 1, start), len(written) - 1) + 1
    return lines


@dataclass(frozen=True)
class Reviewed:
    """Mutants that people looked at and found to change nothing, with the reason."""

    reason: str
    models: tuple[str, ...]
    cte: str
    removed: str
    added: str
    times: int

    def covers(self, trial: Trial) -> bool:
        """Whether this is about that mutant."""
        return (
            trial.model in self.models
            and trial.cte == self.cte
            and trial.removed == self.removed
            and trial.added == self.added
        )


@dataclass
class Review:
    """The reviewed mutants, and how many of each were met."""

    entries: list[Reviewed]
    met: Counter[tuple[int, str]] = field(default_factory=Counter)

    def reason_for(self, trial: Trial) -> str | None:
        """Why a surviving mutant changes nothing; None when nobody said so."""
        for position, entry in enumerate(self.entries):
            if entry.covers(trial) and self.met[position, trial.model] < entry.times:
                self.met[position, trial.model] += 1
                return entry.reason
        return None

    def unmet(self, models: Iterable[str]) -> list[str]:
        """Entries about mutants that do not survive, or do not exist any more."""
        tried = set(models)
        return [
            f"{model}, {entry.cte}: {entry.removed!r} -> {entry.added!r}"
            for position, entry in enumerate(self.entries)
            for model in entry.models
            if model in tried and self.met[position, model] < entry.times
        ]


def read_review(file: Path = EQUIVALENTS) -> Review:
    """Reads the file of equivalent mutants.

    Raises WarehouseError when it is not of its form.
    """
    entries = []
    try:
        for group in yaml.safe_load(file.read_text()) or []:
            for mutant in group["mutants"]:
                models = mutant["model"]
                entries.append(
                    Reviewed(
                        reason=str(group["reason"]).strip(),
                        models=tuple([models] if isinstance(models, str) else models),
                        cte=mutant["cte"],
                        removed=str(mutant.get("removed") or "").strip(),
                        added=str(mutant.get("added") or "").strip(),
                        times=int(mutant.get("times", 1)),
                    )
                )
    except (KeyError, TypeError, ValueError, yaml.YAMLError) as error:
        raise WarehouseError(
            f"{file}: a list of reasons with their mutants is expected, each with model, cte, "
            f"removed and added: {error}"
        ) from error
    return Review(entries)


@dataclass(frozen=True)
class KnownError:
    """An error that someone made, planted by replacing a text of a model's compiled SQL."""

    name: str
    error: str
    model: str
    before: str
    after: str
    killed_by: str

    def plant(self, sql: str) -> str:
        """The SQL with the error in it.

        Raises WarehouseError when the text to replace does not stand there exactly once.
        """
        pattern = r"\s+".join(map(re.escape, self.before.split()))
        planted, times = re.subn(pattern, lambda _: self.after, sql)
        if times != 1:
            raise WarehouseError(
                f"{self.name}: its text stands {times} times in {self.model}, not once; "
                f"write it anew in {KNOWN_ERRORS.name}"
            )
        return planted

    def complaint(self, killers: Sequence[str]) -> str | None:
        """What is wrong with the tests that noticed it; None when nothing is."""
        if self.killed_by in killers:
            return None
        noticed = f"noticed by {', '.join(killers)}" if killers else "noticed by no test"
        return f"{self.name}: not noticed by {self.killed_by}; {noticed}"


def read_known_errors(file: Path = KNOWN_ERRORS) -> list[KnownError]:
    """Reads the file of known errors.

    Raises WarehouseError when it is not of its form.
    """
    try:
        return [KnownError(**entry) for entry in yaml.safe_load(file.read_text())]
    except (TypeError, yaml.YAMLError) as error:
        raise WarehouseError(f"{file}: {error}") from error


@dataclass(frozen=True)
class Score:
    """How many mutants there were, and how many of those that count were killed."""

    killed: int
    survived: int
    equivalent: int
    invalid: int

    @property
    def rate(self) -> float | None:
        """Killed among those that change something; None when there are none."""
        counted = self.killed + self.survived
        return self.killed / counted if counted else None

    def __str__(self) -> str:
        rate = self.rate
        return "no mutants" if rate is None else f"{rate:.1%}"


def score(trials: Iterable[Trial]) -> Score:
    """The score of some trials."""
    statuses = Counter(trial.status for trial in trials)
    return Score(
        killed=statuses[KILLED],
        survived=statuses[SURVIVED],
        equivalent=statuses[EQUIVALENT],
        invalid=statuses[INVALID],
    )


def is_good_enough(trials: Sequence[Trial]) -> bool:
    """Whether the trials of one model reach what its layer asks of a model."""
    rate = score(trials).rate
    least = LEAST_OF_KPI_MODEL if trials and trials[0].layer == "kpis" else 0.0
    return rate is None or rate >= least


def shortfalls(trials: Sequence[Trial]) -> list[str]:
    """What keeps the trials from being good enough, a sentence each."""
    found = []
    for layer, least in LEAST_OF_LAYER.items():
        rate = score(trial for trial in trials if trial.layer == layer).rate
        if rate is not None and rate < least:
            found.append(f"{layer}: {rate:.1%} of the mutants are killed, {least:.0%} are needed")
    for model in sorted({trial.model for trial in trials if trial.layer == "kpis"}):
        of_model = [trial for trial in trials if trial.model == model]
        if not is_good_enough(of_model):
            rate = score(of_model).rate
            found.append(
                f"{model}: {rate:.1%} of the mutants are killed, "
                f"{LEAST_OF_KPI_MODEL:.0%} are needed"
            )
    return found


def print_report(trials: Sequence[Trial], console: Console, shows_models: bool) -> None:
    """Survivors as changes of lines, then the score of each layer (and model)."""
    for trial in trials:
        if trial.status == SURVIVED:
            console.print(f"{trial.path}:{trial.line} {trial.cte} ({trial.operator})", style="bold")
            for sign, text in (("-", trial.removed), ("+", trial.added)):
                for line in text.splitlines():
                    console.print(f"  {sign} {line}", markup=False, highlight=False)
    table = Table(
        "", "mutants", "killed", "survived", "equivalent", "score", title="Mutation score"
    )
    for layer in LAYERS:
        of_layer = [trial for trial in trials if trial.layer == layer]
        if shows_models:
            for model in sorted({trial.model for trial in of_layer}):
                add_row(table, model, [trial for trial in of_layer if trial.model == model])
        add_row(table, layer, of_layer, style="bold")
    console.print(table)


def add_row(table: Table, name: str, trials: Sequence[Trial], style: str | None = None) -> None:
    """A line of the table of scores."""
    result = score(trials)
    counts = (result.killed, result.survived, result.equivalent)
    table.add_row(name, f"{sum(counts):,}", *(f"{n:,}" for n in counts), str(result), style=style)


def write_json(trials: Sequence[Trial], file: Path) -> None:
    """Scores by layer and model, and every mutant."""
    report = {
        "layers": {
            layer: as_numbers(score(trial for trial in trials if trial.layer == layer))
            for layer in LAYERS
        },
        "models": {
            model: as_numbers(score(trial for trial in trials if trial.model == model))
            for model in sorted({trial.model for trial in trials})
        },
        "mutants": [asdict(trial) for trial in trials],
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(report, indent=1) + "\n")


def as_numbers(result: Score) -> dict[str, float | int | None]:
    """A score as numbers."""
    return {**asdict(result), "rate": result.rate}
