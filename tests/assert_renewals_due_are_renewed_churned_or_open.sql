-- Every term that is due is renewed, lost or open, in number and in recurring revenue, and the book
-- holds each term once.
with

book as (

    select
        sum(due_terms) as due_terms,
        sum(renewed_terms + churned_terms + open_terms) as told_terms,
        sum(due_mrr) as due_mrr,
        sum(renewed_from_mrr + churned_mrr + open_mrr) as told_mrr

    from {{ ref('report_renewal_book') }}

),

renewals as (

    select
        count(*) as terms,
        sum(due_mrr) as mrr

    from {{ ref('fct_renewals') }}

)

select
    book.*,
    renewals.terms,
    renewals.mrr

from book

cross join renewals

where
    book.due_terms <> book.told_terms
    or book.due_terms <> renewals.terms
    or book.due_mrr <> book.told_mrr
    or book.due_mrr <> renewals.mrr
