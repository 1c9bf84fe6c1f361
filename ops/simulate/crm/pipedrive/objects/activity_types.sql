-- A type of the company's own, which its icon explains.
select *

from (
    values
    (1, 'Call', 'call', 'call', false),
    (2, 'Meeting', 'meeting', 'meeting', false),
    (3, 'Task', 'task', 'task', false),
    (4, 'Email', 'email', 'email', false),
    (5, 'Product demo', 'product_demo', 'meeting', true)
) as types (id, name, key_string, icon_key, is_custom_flag)
