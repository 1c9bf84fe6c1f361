select
    unnest(['149000000000001QAA', '149000000000002QAA']) as "Id",
    unnest(['Revenue', 'Overlay']) as "DeveloperName",
    unnest([true, false]) as "IsTotalValidated"
