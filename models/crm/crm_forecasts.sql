{%- set scopes = ['product_family', 'region', 'segment', 'pipeline'] -%}

with

forecasts as (

    select * from {{ ref('stg_crm__forecasts') }}

    where reject_reason is null

),

-- A period from the first of a month to the last day of one holds that day as well.
ended as (

    select
        *,
        extract(day from period_start) = 1 and extract(day from period_end + 1) = 1
            as is_end_inclusive

    from forecasts

),

final as (

    select
        submission_id,
        submitter_id,
        team_id,
        product_family_id,
        region_id,
        segment_id,
        pipeline_id,
        case
            {%- for scope in scopes %}
            when {{ scope }}_id is not null then '{{ scope }}'
            {%- endfor %}
            else 'total'
        end as dimension,
        coalesce(
            {%- for scope in scopes %}
            {{ scope }}_id,
            {%- endfor %}
            'all'
        ) as dimension_id,
        {%- for scope in scopes %}
        {{ '+ ' if not loop.first }}case when {{ scope }}_id is null then 0 else 1 end
        {%- endfor %} <= 1 as is_of_one_slice,
        override_of,
        forecast_level,
        category,
        method,
        currency,
        amount,
        period_start,
        case when is_end_inclusive then period_end + 1 else period_end end as period_end,
        is_end_inclusive,
        submitted_at

    from ended

)

select * from final
