with

two_way_activities as (

    select * from {{ ref('fct_activities') }}

    where is_two_way

),

-- What names a deal is a sign of that deal; what names none is one of every deal of the company.
subjects as (

    select distinct
        'deal' as subject_type,
        opportunity_id as subject_id,
        activity_date as sign_date

    from two_way_activities

    where opportunity_id is not null

    union all

    select distinct
        'company' as subject_type,
        account_id as subject_id,
        activity_date as sign_date

    from two_way_activities

    where opportunity_id is null and account_id <> '-1'

),

final as (

    select
        subject_type,
        subject_id,
        sign_date,
        lead(sign_date) over (
            partition by subject_type, subject_id order by sign_date
        ) as next_sign_date

    from subjects

)

select * from final
