with

deals as (

    select * from {{ ref('deal_checks') }}

),

children as (

    select opportunity_id from {{ ref('crm_opportunity_line_items') }}

    union all

    select opportunity_id from {{ ref('crm_opportunity_splits') }}

    union all

    select opportunity_id from {{ ref('crm_opportunity_competitors') }}

),

orphans as (

    select count(*) as orphans

    from children

    left join {{ ref('crm_opportunities') }} as opportunities
        on children.opportunity_id = opportunities.opportunity_id

    where opportunities.opportunity_id is null

),

-- A deal that is made after as_of is found, and is none of those that are counted.
found as (

    select count(*) filter (where records.finding = 'splits_do_not_add_up') as uneven_splits

    from {{ ref('found_records') }} as records

    inner join {{ ref('fct_opportunities') }} as counted
        on records.record_id = counted.opportunity_id

),

meetings as (

    select
        count(*) filter (where coalesce(status in ('planned', 'scheduled'), true))
            as undocumented_meetings

    from {{ ref('fct_activities') }}

    where is_due_meeting

),

conserved as (

    select cast(sum(abs(difference)) as bigint) as unexplained_rows

    from {{ ref('row_conservation') }}

),

final as (

    select
        deals.*,
        orphans.orphans,
        found.uneven_splits,
        meetings.undocumented_meetings,
        conserved.unexplained_rows

    from deals

    cross join orphans

    cross join found

    cross join meetings

    cross join conserved

)

select * from final
