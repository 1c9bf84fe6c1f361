-- The one company of a deal: the primary one where it is told (association type 5), else the first
-- that is named, else the one that has been there longest.
with

linked as (

    select
        deal_id,
        hs_primary_associated_company as company_id,
        0 as place

    from deal
    where hs_primary_associated_company is not null
    union all
    select
        deal_id,
        company_id,
        case when type_id in ('5', '6') then 1 else 1000 end as place

    from deal_company
    union all
    select
        deal_id,
        unnest(try_cast(companies as varchar[])) as company_id,
        1 + generate_subscripts(try_cast(companies as varchar[]), 1) as place

    from deal

)

select
    deal_id,
    split_part(
        arg_min(company_id, (place, try_cast(company_id as double), company_id)), '.', 1
    ) as company_id

from linked
where company_id is not null
group by deal_id
