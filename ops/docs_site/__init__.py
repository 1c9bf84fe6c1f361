"""The documentation: a static site with a page per KPI, the reports, the lineage and Data Docs."""
