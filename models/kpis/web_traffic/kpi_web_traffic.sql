with

measured as (

    {{ measured(
        ref('web_traffic'),
        date='event_date',
        attributes=['region', 'campaign'],
        counts=['sessions', 'paired_sessions', 'page_views', 'web_leads'],
    ) }}

),

visitors as (

    {{ sliced(
        ref('web_visitors'),
        'period_start',
        ['region', 'campaign'],
        statistics={'visitors': 'count(distinct visitor_id)'},
    ) }}

),

-- Where visits have no region, neither do leads per visit.
regions as (

    select count(*) as known_regions from {{ ref('web_traffic') }}

    where sessions > 0 and region_id <> '-1'

),

final as (

    select
        measured.period_grain,
        measured.period_start,
        measured.dimension,
        measured.dimension_id,
        measured.sessions,
        measured.paired_sessions,
        measured.page_views,
        measured.web_leads,
        coalesce(visitors.visitors, 0) as visitors,
        measured.web_leads / cast(nullif(measured.paired_sessions, 0) as double)
            as visitor_to_lead_rate

    from measured

    cross join regions

    left join visitors
        on
            measured.period_grain = visitors.period_grain
            and measured.period_start = visitors.period_start
            and measured.dimension = visitors.dimension
            and measured.dimension_id = visitors.dimension_id

    where measured.dimension <> 'region' or regions.known_regions > 0

)

select * from final
