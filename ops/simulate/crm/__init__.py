"""A company of the raw contract as the tables of a CRM, in the form a loader would land them."""
