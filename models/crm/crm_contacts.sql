with

contacts as (

    select * from {{ ref('stg_crm__contacts') }}

    where reject_reason is null

),

merged_contacts as (

    select
        merged.contact_id,
        survivor.contact_id as master_id

    from contacts as merged

    inner join contacts as survivor
        on merged.master_id = survivor.contact_id

),

-- Spark has no recursion; a ninth hop means a cycle or a chain too long to trust.
survivors as (

    select
        hop_1.contact_id,
        coalesce(
            {%- for hop in range(8, 0, -1) %}
            hop_{{ hop }}.master_id{{ ',' if not loop.last }}
            {%- endfor %}
        ) as surviving_contact_id

    from merged_contacts as hop_1

    {% for hop in range(2, 10) -%}
    left join merged_contacts as hop_{{ hop }}
        on hop_{{ hop - 1 }}.master_id = hop_{{ hop }}.contact_id
    {% endfor %}
    where hop_9.contact_id is null

),

final as (

    select
        contacts.contact_id,
        coalesce(survivors.surviving_contact_id, contacts.contact_id) as surviving_contact_id,
        contacts.account_id,
        contacts.master_id,
        contacts.is_deleted,
        contacts.is_test,
        contacts.created_at,
        contacts.updated_at

    from contacts

    left join survivors
        on contacts.contact_id = survivors.contact_id

)

select * from final
