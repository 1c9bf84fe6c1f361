"""One module per family of KPIs; each function says by @recomputes which KPIs it gives."""
