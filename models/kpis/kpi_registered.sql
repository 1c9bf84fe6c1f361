{% set kpis = kpi_registry() %}
with

settings as (

    select * from {{ ref('dim_settings') }}

),

custom_fields as (

    select {{ listed('dimension') }} as dimensions from {{ ref('dim_custom_fields') }}

),

final as (

    {% for kpi in kpis %}
    select
        '{{ kpi.id }}' as kpi_id,
        {{ text_literal(kpi.label) }} as label,
        {{ text_literal(kpi.definition) }} as definition,
        {{ text_literal(kpi.formula) }} as formula,
        '{{ kpi.base }}' as base_kpi_id,
        {{ text_literal(kpi.variant) }} as variant,
        '{{ kpi.unit }}' as unit,
        {{ number_literal(kpi.lowest_value) }} as lowest_value,
        {{ number_literal(kpi.highest_value) }} as highest_value,
        '{{ kpi.direction }}' as direction,
        '{{ kpi.funnel_stage }}' as funnel_stage,
        '{{ kpi.additivity }}' as additivity,
        {{ text_literal(kpi.parts_additivity) }} as parts_additivity,
        '{{ kpi.method }}' as method,
        '{{ kpi.interval | default("none") }}' as interval_method,
        {{ text_literal(kpi.anchor) }} as anchor,
        '{{ kpi.measured | default("none") }}' as measured,
        '{{ kpi.grain_class }}' as grain_class,
        {{ stored_grains(kpi.grains, 'settings.fiscal_year_start_month') }} as valid_grains,
        '{{ (kpi.totals + kpi.dimensions) | reject("equalto", "custom_field") | join(", ") }}'
        {%- if 'custom_field' in kpi.dimensions %}
        || coalesce(', ' || custom_fields.dimensions, '')
        {%- endif %} as valid_dimensions,
        {{ text_literal(kpi.overlapping_dimensions | default([]) | join(", ")) }}
            as overlapping_dimensions,
        '{{ kpi.team_holds | default("sellers") }}' as team_holds,
        {{ text_literal(kpi.part_type) }} as part_type,
        '{{ kpi.tier }}' as tier,
        '{{ kpi.owner }}' as owner,
        {{ text_literal(kpi.objective) }} as objective,
        {{ kpi.is_null_until_complete | default(false) | lower }} as is_null_until_complete,
        {{ kpi.has_comparison | default(true) | lower }} as has_comparison,
        {{ text_literal((kpi.drill or {}).relation) }} as drill_relation,
        {{ text_literal((kpi.drill or {}).date) }} as drill_date,
        {{ text_literal((kpi.drill or {}).condition) }} as drill_condition,
        '{{ kpi.relation | default("kpi_values") }}' as relation,
        {{ kpi.is_made_of_kpis | default(false) | lower }} as is_made_of_kpis,
        '{{ kpi.model }}' as model

    from settings

    cross join custom_fields

    {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select * from final
