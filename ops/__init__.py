"""Operations of the sales KPI warehouse: simulate, land, validate, publish, refresh."""
