with

corrected_spelling (written, corrected) as (

    values ('Ware House', 'Warehouse')

)

select
    resellers.resellerkey as account_id,
    resellers.resellername as account_name,
    territories.territory_name as region_id,
    coalesce(corrected_spelling.corrected, resellers.businesstype) as segment_id

from resellers
left join _reseller_territories as reseller_territories
    on resellers.resellerkey = reseller_territories.reseller_key
left join salesterritory as territories
    on reseller_territories.territory_id = territories.territory_id
left join corrected_spelling on resellers.businesstype = corrected_spelling.written
