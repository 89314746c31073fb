"""One module a command, grouped by what people ask for."""
