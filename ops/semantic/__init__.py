"""The semantic layer: the catalogue's KPIs as metrics that MetricFlow and others can query."""
