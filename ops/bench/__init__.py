"""Times every step of a refresh on simulated companies, and what dbt adds to the SQL it runs."""
