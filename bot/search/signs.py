"""Signs of mathematics that have a name: a reader copies ∇ and θ from a post whose author wrote \\nabla and \\theta."""

# Signs that name something. Relations and arrows hold other things together, in prose as well: 3×3, A → B.
_OPERATORS = {
    "∇": "nabla", "∂": "partial", "∑": "sum", "∏": "prod", "∫": "int", "√": "sqrt", "∞": "infty", "∝": "propto",
    "∀": "forall", "∃": "exists", "⊗": "otimes", "⊕": "oplus", "⊙": "odot", "≈": "approx",
}  # fmt: skip
_GREEK = (
    ("α", "alpha"), ("β", "beta"), ("γ", "gamma"), ("δ", "delta"), ("ε", "epsilon"), ("ζ", "zeta"), ("η", "eta"),
    ("θ", "theta"), ("ι", "iota"), ("κ", "kappa"), ("λ", "lambda"), ("μ", "mu"), ("ν", "nu"), ("ξ", "xi"),
    ("π", "pi"), ("ρ", "rho"), ("σ", "sigma"), ("τ", "tau"), ("υ", "upsilon"), ("φ", "phi"), ("χ", "chi"),
    ("ψ", "psi"), ("ω", "omega"),
)  # fmt: skip
OPERATORS = "".join(_OPERATORS)
"""The signs that are no letters."""
GREEK = frozenset(name for _, name in _GREEK)
"""The names of Greek letters."""
_NAMES = _OPERATORS | dict(_GREEK)
_SIGNS = {name: sign for sign, name in _NAMES.items()}


def named(word: str) -> str:
    """The name of a sign, and of a Greek letter that stands alone; any other word, in lower case, as it is."""
    return _NAMES.get(word, word)


def signs_named(name: str) -> tuple[str, ...]:
    """The sign that has this name, if one has."""
    return (_SIGNS[name],) if name in _SIGNS else ()
