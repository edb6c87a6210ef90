"""Use cases: the only place that joins the parts (parse, decide, record, answer)."""
