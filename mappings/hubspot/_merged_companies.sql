-- A company that was merged into another.
select
    trim(merged_id) as company_id,
    company_id as master_id

from (
    select
        company_id,
        unnest(string_split(hs_merged_object_ids, ';')) as merged_id

    from company
) as told
where trim(merged_id) not in ('', company_id)
