"""Errors whose message may be shown to a person as it stands."""


class HeliographError(Exception):
    """One plain sentence: what happened and what to do. Never holds a secret."""


class OperatorError(HeliographError):
    """A sentence for who runs the bot; it may name files and hosts. Readers see an apology instead."""
