-- The curve of a finished quarter ends at all of its bookings, and its months are all of it.
with

linearity as (

    select * from {{ ref('report_linearity') }}

    where is_complete and whole_amount > 0

),

curve as (

    select * from {{ ref('report_linearity_curve') }}

)

select
    linearity.quarter_start,
    max(curve.day_of_quarter) as last_day,
    max(
        case when curve.day_of_quarter = curve.days_in_period then curve.cumulative_share end
    ) as last_share

from linearity

inner join curve
    on linearity.quarter_start = curve.quarter_start

group by
    linearity.quarter_start,
    linearity.month_1_share,
    linearity.month_2_share,
    linearity.month_3_share

having
    coalesce(
        abs(
            max(
                case
                    when curve.day_of_quarter = curve.days_in_period then curve.cumulative_share
                end
            ) - 1
        )
        > 1e-9,
        true
    )
    or abs(
        coalesce(linearity.month_1_share, 0) + coalesce(linearity.month_2_share, 0)
        + coalesce(linearity.month_3_share, 0) - 1
    ) > 1e-9
