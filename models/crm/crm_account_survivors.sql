with

accounts as (

    select * from {{ ref('stg_crm__accounts') }}

    where reject_reason is null

),

merged_accounts as (

    select
        merged.account_id,
        survivor.account_id as master_id

    from accounts as merged

    inner join accounts as survivor
        on merged.master_id = survivor.account_id

),

-- Spark has no recursion; a ninth hop means a cycle or a chain too long to trust.
final as (

    select
        hop_1.account_id,
        coalesce(
            hop_8.master_id, hop_7.master_id, hop_6.master_id, hop_5.master_id,
            hop_4.master_id, hop_3.master_id, hop_2.master_id, hop_1.master_id
        ) as surviving_account_id

    from merged_accounts as hop_1

    left join merged_accounts as hop_2 on hop_1.master_id = hop_2.account_id
    left join merged_accounts as hop_3 on hop_2.master_id = hop_3.account_id
    left join merged_accounts as hop_4 on hop_3.master_id = hop_4.account_id
    left join merged_accounts as hop_5 on hop_4.master_id = hop_5.account_id
    left join merged_accounts as hop_6 on hop_5.master_id = hop_6.account_id
    left join merged_accounts as hop_7 on hop_6.master_id = hop_7.account_id
    left join merged_accounts as hop_8 on hop_7.master_id = hop_8.account_id
    left join merged_accounts as hop_9 on hop_8.master_id = hop_9.account_id

    where hop_9.account_id is null

)

select * from final
