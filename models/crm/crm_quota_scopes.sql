{%- set scopes = ['product_family', 'region', 'segment', 'pipeline'] -%}

with

pieces as (

    select * from {{ ref('crm_quota_pieces') }}

),

-- A piece with a scope is the quota of that slice; the whole is the unscoped pieces, or else all.
scoped as (

    select *, 'total' as dimension, 'all' as dimension_id from pieces
    where is_unscoped or not has_unscoped

    {% for scope in scopes -%}
    union all

    select *, '{{ scope }}' as dimension, {{ scope }}_id as dimension_id from pieces
    where {{ scope }}_id is not null

    {% endfor %}
),

final as (

    select
        case when user_id is null then 'team' else 'rep' end as quota_level,
        coalesce(user_id, '-1') as user_id,
        coalesce(team_id, '-1') as team_id,
        dimension,
        dimension_id,
        currency,
        amount,
        period_start,
        period_end,
        opening_amount

    from scoped

)

select * from final
