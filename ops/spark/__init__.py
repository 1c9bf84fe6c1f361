"""The same models on Spark: a local cluster, its tables, and the proof that both engines agree."""
