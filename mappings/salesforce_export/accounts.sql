with

companies as (

    select * from account

),

final as (

    select
        Id as account_id,
        Name as account_name,
        ParentId as parent_account_id,
        MasterRecordId as master_id,
        BillingCountry as region_id,
        Industry as industry,
        NumberOfEmployees as employee_count,
        OwnerId as owner_id,
        CreatedDate as created_at,
        LastModifiedDate as updated_at,
        IsDeleted as is_deleted

    from companies

)

select * from final
