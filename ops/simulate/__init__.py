"""A made-up company's raw CRM tables: believable, deterministic, of any size, flawed on purpose."""
