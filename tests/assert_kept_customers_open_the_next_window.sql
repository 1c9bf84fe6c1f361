-- The customers at the end of one window are those at the start of the next one, but for new ones:
-- who is active on a day does not depend on the window that asks.
with

windows as (

    select * from {{ ref('fct_customer_windows') }}

),

opening_days as (

    select distinct window_start from windows

),

opening_customers as (

    select distinct
        window_start,
        account_id

    from windows

)

select
    windows.window_months,
    windows.window_end,
    windows.account_id,
    windows.is_active_at_end

from windows

inner join opening_days
    on windows.window_end = opening_days.window_start

left join opening_customers
    on
        windows.window_end = opening_customers.window_start
        and windows.account_id = opening_customers.account_id

where windows.is_active_at_end <> (opening_customers.account_id is not null)
