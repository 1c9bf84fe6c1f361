with

movements as (

    select * from {{ ref('fct_pipeline_changes') }}

),

dates as (

    select * from {{ ref('dim_dates') }}

),

settings as (

    select * from {{ ref('crm_settings') }}

),

owners as (

    select
        owner_id,
        currency,
        min(snapshot_date) as first_date

    from movements

    group by owner_id, currency

),

-- The balance of a day is everything that moved up to it; quiet days carry the balance on.
final as (

    select
        owners.owner_id,
        owners.currency,
        dates.date_day as snapshot_date,
        -- The midnight after an as_of at noon has the teams and rates of the day of as_of.
        least(dates.date_day, settings.as_of_date) as measured_date,
        cast(sum(movements.open_deals) over so_far as bigint) as open_deals,
        cast(sum(movements.valued_deals) over so_far as bigint) as valued_deals,
        cast(sum(movements.weighted_deals) over so_far as bigint) as weighted_deals,
        cast(sum(movements.open_amount) over so_far as decimal(38, 4)) as open_amount,
        cast(sum(movements.weighted_amount) over so_far as decimal(38, 8)) as weighted_amount

    from owners

    cross join settings

    inner join dates
        on owners.first_date <= dates.date_day and settings.snapshot_date >= dates.date_day

    left join movements
        on
            owners.owner_id = movements.owner_id
            and owners.currency = movements.currency
            and dates.date_day = movements.snapshot_date

    window so_far as (
        partition by owners.owner_id, owners.currency order by dates.date_day
    )

)

select * from final
