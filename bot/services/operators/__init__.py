"""What operators ask and do: counts, probes, copies, what could be wrong, what is forgotten."""
