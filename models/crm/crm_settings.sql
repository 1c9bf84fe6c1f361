with

parameters as (

    select * from {{ ref('crm_parameters') }}

),

data_end as (

    select * from {{ ref('crm_data_end') }}

),

dated as (

    select
        parameters.*,
        data_end.load_id,
        data_end.loaded_at,
        coalesce(
            cast(nullif('{{ var("as_of") }}', '') as timestamp),
            parameters.given_as_of,
            least(
                coalesce(
                    data_end.extracted_at,
                    {{ to_instant(
                        to_business_date('data_end.last_event_at', 'parameters.reporting_tz') ~ ' + 1',
                        'parameters.reporting_tz'
                    ) }}
                ),
                data_end.loaded_at
            )
        ) as as_of

    from parameters

    cross join data_end

),

final as (

    select
        *,
        {{ to_business_date('as_of', 'reporting_tz') }} as as_of_date,
        -- S(d) holds what happened before midnight of d, so an as_of at noon reads the next one.
        case
            when
                {{ to_instant(to_business_date('as_of', 'reporting_tz'), 'reporting_tz') }} = as_of
                then {{ to_business_date('as_of', 'reporting_tz') }}
            else {{ to_business_date('as_of', 'reporting_tz') }} + 1
        end as snapshot_date

    from dated

)

select * from final
