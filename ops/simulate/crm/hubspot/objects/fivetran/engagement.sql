select
    id,
    case activity_type when 'chat' then 'COMMUNICATION' else upper(activity_type) end as type

from _engagements
