-- Every entry of a deal into a stage, where a log of them is delivered.
with

from_properties as (

    select
        deal_id,
        value as stage,
        try_cast(timestamp as timestamptz) as entered_at,
        coalesce(
            updated_by_user_id, nullif(regexp_extract(source_id, '^userId:([0-9]+)$', 1), '')
        ) as updated_by_user_id

    from deal_property_history
    where property = 'dealstage' and value is not null

)

select * from from_properties
union all
select
    deal_id,
    value as stage,
    try_cast(date_entered as timestamptz) as entered_at,
    cast(null as varchar) as updated_by_user_id

from deal_stage
where deal_id not in (select from_properties.deal_id from from_properties)
