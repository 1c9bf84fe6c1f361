with

leads as (

    select * from {{ ref('stg_crm__leads') }}

    where
        reject_reason is null
        and not is_deleted
        and not is_test
        and coalesce(status, 'new') <> 'spam'

),

-- Of the leads of one person the first stands for it; who cannot be told apart is somebody else.
persons as (

    select
        lead_id,
        duplicate_of_lead_id,
        first_value(lead_id) over (
            partition by coalesce(person_key, 'lead ' || lead_id)
            order by created_at, lead_id
        ) as first_lead_id

    from leads

),

-- What the source calls a duplicate is one, whatever its address.
repeats as (

    select
        persons.first_lead_id as lead_id,
        min(originals.first_lead_id) as original_id

    from persons

    inner join persons as originals
        on persons.duplicate_of_lead_id = originals.lead_id

    where persons.first_lead_id <> originals.first_lead_id

    group by persons.first_lead_id

),

-- Spark has no recursion; a ninth hop means a cycle or a chain too long to trust.
chains as (

    select
        hop_1.lead_id,
        coalesce(
            {%- for hop in range(8, 0, -1) %}
            hop_{{ hop }}.original_id{{ ',' if not loop.last }}
            {%- endfor %}
        ) as surviving_lead_id

    from repeats as hop_1

    {% for hop in range(2, 10) -%}
    left join repeats as hop_{{ hop }}
        on hop_{{ hop - 1 }}.original_id = hop_{{ hop }}.lead_id
    {% endfor %}
    where hop_9.lead_id is null

),

final as (

    select
        persons.lead_id,
        coalesce(chains.surviving_lead_id, persons.first_lead_id) as surviving_lead_id

    from persons

    left join chains
        on persons.first_lead_id = chains.lead_id

)

select * from final
