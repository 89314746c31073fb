"""Search, the pure part: what is indexed, what is asked, how answers are ordered and shown; no input, no output."""
