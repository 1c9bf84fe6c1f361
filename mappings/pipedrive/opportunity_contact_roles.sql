select
    deal_id as opportunity_id,
    person_id as contact_id,
    'true' as is_primary

from _deals
where person_id is not null
union all
select
    deal_participant.deal_id as opportunity_id,
    deal_participant.person_id as contact_id,
    'false' as is_primary

from deal_participant
left join _deals on deal_participant.deal_id = _deals.deal_id
where
    coalesce(lower(deal_participant.active_flag), 'true') not in ('0', 'false')
    and deal_participant.person_id is distinct from _deals.person_id
