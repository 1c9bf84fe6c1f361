-- A key of Salesforce: three characters for the kind of object, twelve digits, a check.
create macro key_of(prefix, key) as (prefix || digits_of(key) || 'QAA');

