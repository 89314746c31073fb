"""Who follows what, and how digests and texts get to them: planned, fenced, sent and recorded."""
