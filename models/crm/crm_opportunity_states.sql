with

versions as (

    select * from {{ ref('crm_opportunity_versions') }}

),

opportunities as (

    select * from {{ ref('crm_opportunities') }}

    where not is_deleted or deleted_at is not null

),

stages as (

    select * from {{ ref('crm_stages') }}

),

users as (

    select * from {{ ref('crm_users') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

staged as (

    select
        versions.*,
        opportunities.pipeline_id,
        coalesce(versions.currency, settings.corporate_currency) as value_currency,
        -- A negative amount is an error of entry on any other type; its value is not known.
        coalesce(opportunities.opportunity_type, '') in ('credit', 'contraction') as is_reduction,
        {{ known_member('versions.owner_id', 'users.user_id', 'users') }} as known_owner_id,
        case
            when opportunities.is_deleted and opportunities.deleted_at < settings.as_of
                then opportunities.deleted_date
        end as deleted_date,
        coalesce(stages.stage_name, versions.stage) as stage_name,
        coalesce(stages.is_closed, false) as is_closed,
        coalesce(stages.is_won, false) as is_won

    from versions

    cross join settings

    inner join opportunities
        on versions.opportunity_id = opportunities.opportunity_id

    left join stages
        on opportunities.pipeline_id = stages.pipeline_id and versions.stage = stages.stage

    left join users
        on versions.owner_id = users.user_id

),

-- S(d) shows what happened before midnight of d: a change of Monday is first seen on Tuesday.
final as (

    select
        opportunity_id,
        version_number,
        pipeline_id,
        stage,
        stage_name,
        known_owner_id as owner_id,
        value_currency as currency,
        case when amount >= 0 or is_reduction then amount end as amount,
        case when last_nonzero_amount >= 0 or is_reduction then last_nonzero_amount end
            as last_nonzero_amount,
        not is_closed as is_open,
        is_closed,
        is_won,
        -- Credits and contractions are money that is booked, not money that is hoped for.
        not is_closed and not is_reduction as is_in_pipeline,
        valid_to is null and deleted_date is null as is_current,
        expected_close_date,
        stage_changed_date,
        amount_changed_date,
        valid_from as valid_from_date,
        valid_from + 1 as snapshot_from_date,
        least(valid_to, deleted_date) + 1 as snapshot_to_date

    from staged

    where deleted_date is null or valid_from < deleted_date

)

select * from final
