"""Changes the SQL of every model a little, again and again, and counts how often a test notices.

A mutant is a model with one small error: another comparison, a filter left out, a numerator and a
denominator swapped. A unit test, the model's contract or a data test over the sample has to kill
it. What survives is shown, and has to be killed by a new test or be listed, with the reason, among
the equivalent mutants, which change nothing.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.progress import Progress

from ops.mutation.models import DATABASE, MACROS, Model, Project, read_project
from ops.mutation.operators import ColumnTypes, Mutant, Query
from ops.mutation.report import (
    EQUIVALENT,
    KnownError,
    Review,
    Trial,
    describe,
    is_good_enough,
    model_lines,
    print_report,
    read_known_errors,
    read_review,
    shortfalls,
    write_json,
)
from ops.mutation.trials import (
    KILLED,
    SURVIVED,
    Outcome,
    SampleTrials,
    UnitTrials,
    column_types,
    connect,
    try_macro_test,
)
from ops.mutation.unit_tests import describe as describe_unit_tests
from ops.publishing.built import build_sample
from ops.warehouse import (
    PROJECT,
    SAMPLE_DATABASE,
    WarehouseError,
    progress_console,
    report_console,
    stop,
)

REPORT = PROJECT / "target" / "mutation.json"
CHUNK = 12

Result = TypeVar("Result")


@dataclass(frozen=True)
class Mutated:
    """A model's query, the types of its columns, and its mutants, always in the same order."""

    model: Model
    query: Query
    types: ColumnTypes
    mutants: list[Mutant]


class Worker:
    """What a process keeps between tasks: the project, the sample, the models it has mutated."""

    def __init__(self, project: Project, sample: Path) -> None:
        self.project = project
        self.sample = sample

    @cached_property
    def on_sample(self) -> SampleTrials:
        """The data tests over the sample."""
        return SampleTrials(self.project, self.sample)

    @lru_cache(maxsize=4)  # noqa: B019 - a worker lives as long as its process
    def mutated(self, name: str) -> Mutated:
        """The mutants of a model."""
        model = self.project.models[name]
        if model.sql_of_tests:
            model = replace(model, sql=model.sql_of_tests)
        query = model.query(self.project.macros)
        with connect(self.sample, self.project.macros) as connection:
            types = column_types(connection, query)
        return Mutated(model, query, types, list(query.mutants(types)))


worker: Worker


def start_worker(project: Project, sample: Path) -> None:
    """Prepares a process for its tasks."""
    global worker
    worker = Worker(project, sample)


def try_unit_tests(name: str) -> list[Trial]:
    """Tries every mutant of a model on the model's unit tests."""
    mutated = worker.mutated(name)
    lines = model_lines(mutated.model)
    macros = worker.project.macros
    if mutated.model.layer == MACROS:
        with connect(macros=macros) as connection:
            return [
                describe(
                    mutated.model,
                    mutant,
                    try_macro_test(connection, mutated.query.sql({mutant.cte: mutant.after})),
                    lines,
                )
                for mutant in mutated.mutants
            ]
    trials = UnitTrials(mutated.model, mutated.query, mutated.mutants, mutated.types, macros)
    try:
        return [
            describe(mutated.model, mutant, trials.attempt(number, mutant), lines)
            for number, mutant in enumerate(mutated.mutants)
        ]
    finally:
        trials.close()


def try_data_tests(name: str, numbers: Sequence[int]) -> list[Outcome]:
    """Tries some mutants of a model on the data tests over the sample."""
    mutated = worker.mutated(name)
    outcomes = []
    for number in numbers:
        mutant = mutated.mutants[number]
        sql = mutated.query.sql({mutant.cte: mutant.after})
        outcomes.append(worker.on_sample.attempt(mutated.model, sql))
    return outcomes


def try_known_error(error: KnownError) -> list[str]:
    """The unit tests that notice a known error, or else the data test that does."""
    model = worker.project.models[error.model]
    try:
        sql = error.plant(model.sql)
    except WarehouseError as gone:
        # Every other error is tried all the same, and the score counted.
        return [str(gone)]
    trials = UnitTrials(model, Query(model.sql), [], {}, ())
    try:
        killers = trials.killers(sql)
    finally:
        trials.close()
    if not killers:
        outcome = worker.on_sample.attempt(model, sql)
        killers = [outcome.killed_by] if outcome.status == KILLED else []
    return killers


@dataclass(frozen=True)
class Findings:
    """What became of every mutant, and what is wrong with the tests of the known errors."""

    trials: list[Trial]
    complaints: list[str]
    known_errors: int


def mutate(
    project: Project,
    sample: Path,
    models: Sequence[Model],
    review: Review,
    on_sample: bool = True,
    as_needed: bool = False,
) -> Findings:
    """Tries all mutants of the models and plants the known errors of theirs.

    A mutant meets the unit tests first, then the review of the equivalent ones, then the sample,
    unless it is made from other facts than the sample. `as_needed` leaves the sample to the models
    that unit tests alone do not bring to their score: a trial there rebuilds every published value.
    """
    known_errors = [
        error for error in read_known_errors() if error.model in {model.name for model in models}
    ]
    with pool(project, sample) as executor:
        by_model = try_all_unit_tests(executor, models)
        waiting = []
        for name, trials in by_model.items():
            on_own_facts = bool(project.models[name].sql_of_tests)
            survivors = []
            for number, trial in enumerate(trials):
                reason = review.reason_for(trial) if trial.status == SURVIVED else None
                if reason is not None:
                    trials[number] = replace(trial, status=EQUIVALENT, reason=reason)
                elif trial.status == SURVIVED and not on_own_facts and trial.layer != MACROS:
                    survivors.append(number)
            if as_needed and is_good_enough(trials):
                continue
            waiting += [
                (name, survivors[first : first + CHUNK])
                for first in range(0, len(survivors), CHUNK)
            ]
        if on_sample:
            outcomes = run_all(executor, try_data_tests, waiting, "survivors on the sample")
            for (name, numbers), results in zip(waiting, outcomes, strict=True):
                for number, outcome in zip(numbers, results, strict=True):
                    by_model[name][number] = replace(
                        by_model[name][number], status=outcome.status, killed_by=outcome.killed_by
                    )
        tasks = [(error,) for error in known_errors]
        killers = run_all(executor, try_known_error, tasks, "known errors")
    return Findings(
        trials=[trial for model in models for trial in by_model[model.name]],
        complaints=[
            complaint
            for error, names in zip(known_errors, killers, strict=True)
            if (complaint := error.complaint(names))
        ],
        known_errors=len(known_errors),
    )


def try_all_unit_tests(
    executor: ProcessPoolExecutor, models: Sequence[Model]
) -> dict[str, list[Trial]]:
    """The trials of all models on their unit tests; the most work goes first."""
    names = [
        model.name
        for model in sorted(
            models, key=lambda model: len(model.sql) * (1 + len(model.unit_tests)), reverse=True
        )
    ]
    trials = run_all(executor, try_unit_tests, [(name,) for name in names], "mutants on unit tests")
    return dict(zip(names, trials, strict=True))


def pool(project: Project, sample: Path) -> ProcessPoolExecutor:
    """Processes that try mutants, one for each core."""
    return ProcessPoolExecutor(
        max_workers=len(os.sched_getaffinity(0)),
        mp_context=multiprocessing.get_context("spawn"),
        initializer=start_worker,
        initargs=(project, sample),
    )


def run_all(
    executor: ProcessPoolExecutor,
    function: Callable[..., Result],
    tasks: Sequence[tuple[object, ...]],
    text: str,
) -> list[Result]:
    """Results of a function for all tasks, in their order, with a progress bar."""
    futures = [executor.submit(function, *task) for task in tasks]
    try:
        with Progress(
            console=progress_console,
            transient=True,
            disable=not progress_console.is_terminal,
        ) as progress:
            bar = progress.add_task(text, total=len(futures))
            for future in as_completed(futures):
                future.result()
                progress.advance(bar)
    except BaseException:
        executor.shutdown(wait=False, cancel_futures=True)
        raise
    return [future.result() for future in futures]


app = typer.Typer(add_completion=False)


@app.command()
def main(
    models: Annotated[
        list[str] | None, typer.Argument(help="Models to mutate; all of kpis, marts and crm.")
    ] = None,
    database: Annotated[
        Path, typer.Option(help="The working file of the sample company.")
    ] = SAMPLE_DATABASE,
    build: Annotated[
        bool, typer.Option(help="Whether to build the sample if that is to be done.")
    ] = True,
    sample: Annotated[
        bool, typer.Option(help="Whether to try on the sample what no unit test kills.")
    ] = True,
    as_needed: Annotated[
        bool, typer.Option(help="Try on the sample only the models whose score needs it.")
    ] = False,
    report: Annotated[Path, typer.Option(help="Where the JSON report goes.")] = REPORT,
) -> None:
    """Counts how many small errors of the models' SQL the tests notice."""
    try:
        if database.stem != DATABASE:
            raise WarehouseError(f"{database}: the sample's working file is {DATABASE}.duckdb")
        if build:
            build_sample(database)
        project = read_project(() if build else models or ())
        chosen = project.mutated(models or ())
        review = read_review()
        findings = mutate(project, database.resolve(), chosen, review, sample, as_needed)
        write_json(findings.trials, report)
        print_report(findings.trials, report_console(), shows_models=bool(models))
        typer.echo(describe_unit_tests(PROJECT))
        typer.echo(
            f"known errors: {findings.known_errors - len(findings.complaints)} of "
            f"{findings.known_errors} killed by the test named for them; every mutant in {report}"
        )
        wrong = [
            *findings.complaints,
            *shortfalls(findings.trials),
            *review.unmet(model.name for model in chosen),
        ]
        if wrong:
            raise WarehouseError("the tests do not bite hard enough", tuple(wrong))
    except WarehouseError as error:
        stop(error)
