"""Pictures of formulas: drawn in a process of their own, kept in a folder."""
