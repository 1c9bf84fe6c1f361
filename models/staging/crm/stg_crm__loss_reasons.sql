-- depends_on: {{ ref('loss_reasons') }}
with

defaults as (

    select * from {{ ref('loss_reason_mapping') }}

),

loss_reasons as (

    select * from {{ source('crm', 'loss_reasons') }}

),

final as (

    select
        coalesce(loss_reasons.loss_reason, defaults.loss_reason) as loss_reason,
        case
            when loss_reasons.loss_reason is null then defaults.category
            else coalesce(loss_reasons.category, 'other')
        end as category,
        case
            when loss_reasons.loss_reason is null then defaults.is_excluded_from_win_rate
            else coalesce({{ read_as('loss_reasons.is_excluded_from_win_rate', 'boolean') }}, false)
        end as is_excluded_from_win_rate

    from defaults

    full outer join loss_reasons
        on defaults.loss_reason = loss_reasons.loss_reason

)

select * from final
