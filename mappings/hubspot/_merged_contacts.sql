-- A contact that was merged into another; vids come as "id:instant;id:instant".
select
    vid_to_merge as contact_id,
    canonical_vid as master_id

from contact_merge_audit
union
select
    trim(split_part(merged_id, ':', 1)) as contact_id,
    contact_id as master_id

from (
    select
        contact_id,
        unnest(string_split(
            concat_ws(';', hs_merged_object_ids, hs_calculated_merged_vids), ';'
        )) as merged_id

    from contact
) as told
where trim(split_part(merged_id, ':', 1)) not in ('', contact_id)
