with

employment as (

    select * from {{ ref('fct_employment') }}

),

users as (

    select * from {{ ref('crm_users') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

coverage as (

    select * from {{ ref('dim_input_coverage') }}

    where table_name = 'opportunities'

),

numbered as (

    select
        *,
        row_number() over (partition by user_id order by valid_from) as stint_number,
        max({{ open_end('valid_to') }}) over (partition by user_id) as last_valid_to

    from employment

),

-- A history that begins late does not make a new seller of whom the company has had for long.
hired as (

    select
        numbered.user_id,
        numbered.team_id,
        numbered.region_id,
        numbered.is_quota_carrying,
        numbered.last_valid_to,
        least(numbered.valid_from, users.hire_date) as hired_on

    from numbered

    left join users
        on numbered.user_id = users.user_id

    where numbered.stint_number = 1

),

-- Whoever came before the deals begin may have been ramped by then.
final as (

    select
        hired.user_id,
        hired.team_id,
        hired.region_id,
        hired.last_valid_to <= settings.snapshot_date as has_left,
        case
            when extract(month from hired.hired_on) <= 6
                then cast({{ dbt.date_trunc('year', 'hired.hired_on') }} as date)
            else
                cast(
                    {{ dbt.dateadd('month', 6, dbt.date_trunc('year', 'hired.hired_on')) }} as date
                )
        end as half_year_start,
        hired.hired_on,
        case
            when hired.last_valid_to <= settings.snapshot_date then hired.last_valid_to
        end as left_on

    from hired

    cross join settings

    cross join coverage

    where
        hired.is_quota_carrying
        and hired.hired_on >= coverage.covered_from
        and hired.hired_on < settings.snapshot_date

)

select * from final
