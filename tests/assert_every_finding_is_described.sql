-- A finding without a severity and a sentence tells nobody what to do.
select finding

from {{ ref('findings') }}

where severity is null or description is null
