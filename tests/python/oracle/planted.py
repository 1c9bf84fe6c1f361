"""Errors of definition, each planted into the compiled SQL of one model."""

from __future__ import annotations

from dataclasses import dataclass

from .warehouse import Project


@dataclass(frozen=True)
class PlantedError:
    """A wrong formula: text of a model's SQL and what stands in its place.

    found_by is the seed of the company of deals that is known to give it away.
    """

    name: str
    model: str
    right: str
    wrong: str
    found_by: int = 1

    def code(self, project: Project) -> str:
        """The model's SQL with the error in it; ValueError when its text is not there once."""
        code = project.models[self.model].code
        if code.count(self.right) != 1:
            raise ValueError(
                f"{self.name}: the SQL of {self.model} holds {self.right!r} "
                f"{code.count(self.right)} times, not once; write the error anew."
            )
        return code.replace(self.right, self.wrong)


PLANTED_ERRORS = (
    PlantedError(
        "win rate over all closed deals instead of the decided",
        "closed_deals",
        "where is_decided",
        "where is_closed",
        found_by=8,
    ),
    PlantedError(
        "cycle from the last change of stage",
        "fct_opportunities",
        "date_diff('day', attributes.created_date::timestamp, outcomes.closed_date::timestamp )",
        "date_diff('day', outcomes.stage_changed_date::timestamp, "
        "outcomes.closed_date::timestamp )",
    ),
    PlantedError(
        "median for mean in the sales cycle",
        "kpi_closed_deals",
        "won_cycle_days / cast(nullif(won_timed_deals, 0) as double) as sales_cycle_length",
        "median_cycle_days as sales_cycle_length",
        found_by=12,
    ),
    PlantedError(
        "team of today instead of the team at the close",
        "crm_opportunity_credits",
        "and owned.credited_date >= credited_teams.valid_from\n"
        "            and owned.credited_date < coalesce(credited_teams.valid_to, "
        "date '9999-12-31')",
        "and credited_teams.valid_to is null",
    ),
    PlantedError(
        "deleted deals keep their outcome",
        "crm_opportunity_states",
        "valid_to is null and deleted_date is null as is_current",
        "valid_to is null as is_current",
        found_by=2,
    ),
    PlantedError(
        "test deals count",
        "crm_opportunities",
        "opportunities.is_test\n        or",
        "false\n        or",
        found_by=4,
    ),
    PlantedError(
        "churn over the customers at the end of the window",
        "kpi_retention",
        "(yearly.start_customers - yearly.retained_customers)\n"
        "        / cast(nullif(yearly.start_customers, 0) as double)",
        "(yearly.start_customers - yearly.retained_customers)\n"
        "        / cast(nullif(yearly.retained_customers, 0) as double)",
    ),
    PlantedError(
        "quota met by what was booked on any day of the period",
        "kpi_quota_credits",
        "and quotas.period_end > scoped_bookings.closed_date",
        "and quotas.period_end + 31 > scoped_bookings.closed_date",
        found_by=6,
    ),
    PlantedError(
        "every split credited with the whole deal",
        "bridge_opportunity_members",
        "user_id as dimension_id,\n        amount_share,",
        "user_id as dimension_id,\n        cast(1 as decimal(18, 8)) as amount_share,",
    ),
    PlantedError(
        "a snapshot sees what happens on its day",
        "crm_opportunity_states",
        "valid_from + 1 as snapshot_from_date",
        "valid_from as snapshot_from_date",
    ),
    PlantedError(
        "amount at the rate of the day of creation",
        "fct_opportunities",
        "and credits.credited_date = rates.date_day",
        "and attributes.created_date = rates.date_day",
        found_by=6,
    ),
    PlantedError(
        "owner of today instead of the owner at the close",
        "crm_opportunity_credits",
        "case when outcomes.is_closed then closing_owners.owner_id else outcomes.owner_id end",
        "outcomes.owner_id",
        found_by=4,
    ),
    PlantedError(
        "passives left out of the answers",
        "kpi_nps_answers",
        "case when survey_type = 'nps_relationship' then 1 else 0 end as responses",
        "case when survey_type = 'nps_relationship' and (score >= 9 or score <= 6) then 1 else 0 "
        "end as responses",
    ),
    PlantedError(
        "velocity window without its first day",
        "window_deals",
        "<= closed_deals.closed_date",
        "< closed_deals.closed_date",
        found_by=41,
    ),
    PlantedError(
        "what was pulled in is left out of the ledger",
        "fct_pipeline_movements",
        "where entry is not null",
        "where entry <> 'pulled_in'",
    ),
    PlantedError(
        "the stage of today instead of that of the end of the period",
        "fct_pipeline_values",
        "and turns.closing_version = closing.version_number",
        "and closing.is_current",
    ),
)

FORECAST_ERRORS = (
    PlantedError(
        "a forecast on the instant of the deadline counts as in time",
        "fct_forecasts",
        "and submitted_at < deadline_at\n"
        "        and coalesce(superseded_at >= deadline_at, true) as is_call",
        "and submitted_at <= deadline_at\n"
        "        and coalesce(superseded_at > deadline_at, true) as is_call",
    ),
    PlantedError(
        "the latest forecast instead of the last before the deadline",
        "fct_forecasts",
        "and coalesce(superseded_at >= deadline_at, true) as is_call",
        "and superseded_at is null as is_call",
    ),
    PlantedError(
        "forecast bias with the wrong sign",
        "kpi_forecasts",
        "cast(over_forecast as double) / cast(nullif(booked_plan, 0) as double) as forecast_bias",
        "cast(forecast_variance as double) / cast(nullif(booked_plan, 0) as double) "
        "as forecast_bias",
    ),
)
