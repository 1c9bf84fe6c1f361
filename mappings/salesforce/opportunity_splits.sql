-- A split type whose shares are checked to add up to the deal is revenue, every other is overlay.
select
    opportunity_split.opportunity_id,
    opportunity_split.split_owner_id as user_id,
    case
        when lower(opportunity_split_type.is_total_validated) in ('0', 'false') then 'overlay'
        else 'revenue'
    end as split_type,
    try_cast(opportunity_split.split_percentage as decimal(18, 6)) / 100 as split_rate,
    coalesce(opportunity_split.last_modified_date, opportunity_split.system_modstamp) as updated_at

from opportunity_split
left join opportunity_split_type on opportunity_split.split_type_id = opportunity_split_type.id
where coalesce(lower(opportunity_split.is_deleted), 'false') not in ('1', 'true')
