with

companies as (

    select * from account

),

final as (

    select
        id as account_id,
        name as account_name,
        parentid as parent_account_id,
        masterrecordid as master_id,
        billingcountry as region_id,
        industry as industry,
        numberofemployees as employee_count,
        ownerid as owner_id,
        createddate as created_at,
        lastmodifieddate as updated_at,
        isdeleted as is_deleted

    from companies

)

select * from final
