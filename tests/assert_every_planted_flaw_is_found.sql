{{ config(enabled=var('raw_schema', 'sample_crm') == 'sample_crm') }}

-- The sample company holds known flaws; each must show up as the finding that is meant for it.
{%- set themes = [
    'activity',
    'amount',
    'date',
    'employment',
    'forecast',
    'history',
    'late',
    'lead',
    'mapping',
    'membership',
    'opportunity',
    'quota',
    'reading',
    'reference',
    'rejection',
    'target',
    'value',
] %}

with

expected as (

    select *

    from (
        values
        ('activity_logged_twice', 'activity_logged_twice'),
        ('closed_without_date', 'closed_deal_without_closed_date'),
        ('created_after_closed', 'created_after_closed'),
        ('converted_before_created', 'converted_before_created'),
        ('currency_without_rate', 'missing_exchange_rate'),
        ('duplicate_lead_row', 'older_copy'),
        ('duplicate_opportunity', 'older_copy'),
        ('duplicate_revenue', 'older_copy'),
        ('duplicate_visit', 'older_copy'),
        ('duplicated_stage_history', 'older_copy'),
        ('employment_after_termination', 'employment_after_termination'),
        ('employment_of_unknown_user', 'unknown_user'),
        ('duplicate_forecast', 'older_copy'),
        ('forecast_after_its_period', 'forecast_after_its_period'),
        ('forecast_of_unknown_user', 'forecast_of_unknown_user'),
        ('unreadable_forecast', 'unreadable_required_value'),
        ('future_closed_date', 'closed_after_the_end_of_the_data'),
        ('leave_ends_before_it_starts', 'contradictory_values'),
        ('future_revenue', 'after_the_end_of_the_data'),
        ('lead_of_unknown_user', 'unknown_user'),
        ('lead_without_date', 'missing_required_value'),
        ('line_sum_off_header', 'lines_do_not_add_up'),
        ('lost_without_reason', 'lost_deal_without_reason'),
        ('missing_opportunity_id', 'missing_required_value'),
        ('negative_amount', 'negative_amount'),
        ('orphan_invoice', 'unknown_deal'),
        ('orphan_line_item', 'unknown_deal'),
        ('orphan_participant', 'unknown_activity'),
        ('orphan_revenue', 'unknown_deal'),
        ('orphan_split', 'unknown_deal'),
        ('orphan_stage_history', 'unknown_deal'),
        ('overdue_close_date', 'overdue_open_deal'),
        ('overlapping_employment', 'overlapping_employment'),
        ('overlapping_membership', 'overlapping_memberships'),
        ('quota_of_unknown_user', 'quota_of_unknown_user'),
        ('responded_before_received', 'responded_before_received'),
        ('score_out_of_range', 'score_outside_the_scale'),
        ('split_not_one', 'splits_do_not_add_up'),
        ('target_of_no_period', 'target_of_no_period'),
        ('target_without_objective', 'target_without_objective'),
        ('unknown_account', 'unknown_account'),
        ('unknown_loss_reason', 'unmapped_loss_reason'),
        ('unknown_owner', 'unknown_user'),
        ('unknown_performer', 'unknown_user'),
        ('unmapped_lead_source', 'unmapped_lead_source'),
        ('unmapped_stage', 'unmapped_stage'),
        ('unreadable_amount', 'unreadable_value'),
        ('unreadable_date', 'unreadable_value'),
        ('unreadable_invoice', 'unreadable_required_value'),
        ('unreadable_revenue', 'unreadable_required_value'),
        ('unreadable_spend', 'unreadable_required_value'),
        ('visit_without_start', 'missing_required_value'),
        ('won_before_lead', 'won_before_its_lead'),
        ('won_without_amount', 'won_deal_without_amount')
    ) as listed (flaw, finding)

),

found as (

    {% for theme in themes -%}
    select
        finding,
        split_part(record_id, '/', 1) as record_id

    from {{ ref(theme ~ '_findings') }}
    {% if not loop.last %}
    union all

    {% endif %}
    {%- endfor %}
),

flaws as (

    select
        planted_flaws.flaw_id,
        planted_flaws.flaw,
        expected.finding,
        -- A deal without a key has no record id to be found by.
        case
            when planted_flaws.flaw <> 'missing_opportunity_id'
                then split_part(planted_flaws.record_id, '|', 1)
        end as record_id

    from {{ ref('planted_flaws') }} as planted_flaws

    left join expected
        on planted_flaws.flaw = expected.flaw

)

select
    flaws.flaw_id,
    flaws.flaw,
    flaws.record_id

from flaws

left join found
    on flaws.finding = found.finding and flaws.record_id is not distinct from found.record_id

where found.finding is null
