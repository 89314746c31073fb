"""What LaTeX commands and characters stand for: a character, and how it behaves beside others.

Kinds follow TeX's atoms: ord, bin, rel, open, close, punct, big (∑), func (log), bar, slash, post (!).
"""

import unicodedata
from functools import cache


def _table(kind: str, entries: str) -> dict[str, tuple[str, str]]:
    words = entries.split()
    return {name: (character, kind) for name, character in zip(words[::2], words[1::2], strict=True)}


_FUNCTIONS = """
    log ln lg exp sin cos tan cot sec csc sinh cosh tanh coth arcsin arccos arctan max min sup inf lim det dim ker
    gcd deg hom arg Pr argmax argmin
"""

COMMANDS: dict[str, tuple[str, str]] = {
    **_table(
        "ord",
        """
        alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ varkappa ϰ
        lambda λ mu μ nu ν xi ξ omicron ο pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ upsilon υ phi ϕ varphi φ
        chi χ psi ψ omega ω digamma ϝ Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω
        varGamma Γ varDelta Δ varTheta Θ varLambda Λ varXi Ξ varPi Π varSigma Σ varUpsilon Υ varPhi Φ varPsi Ψ
        varOmega Ω infty ∞ partial ∂ part ∂ nabla ∇ hbar ℏ hslash ℏ ell ℓ Re ℜ Im ℑ wp ℘ aleph ℵ beth ℶ imath ı jmath ȷ
        forall ∀ exists ∃ nexists ∄ emptyset ∅ varnothing ∅ neg ¬ lnot ¬ top ⊤ bot ⊥ angle ∠ measuredangle ∡ triangle △
        square □ Box □ blacksquare ■ lozenge ◊ clubsuit ♣ diamondsuit ♢ heartsuit ♡ spadesuit ♠ flat ♭ natural ♮
        sharp ♯ checkmark ✓ degree ° backslash ∖ ldots … dots … dotsc … dotsb ⋯ dotsm ⋯ dotsi ⋯ cdots ⋯ vdots ⋮ ddots ⋱
        prime ′ S § P ¶ copyright © pounds £ yen ¥ eth ð mho ℧ Finv Ⅎ complement ∁ surd √ bigstar ★ blacktriangle ▲
        R ℝ Z ℤ N ℕ Q ℚ C ℂ
        """,
    ),
    **_table(
        "bin",
        """
        pm ± mp ∓ times × div ÷ cdot · centerdot · cdotp · ast ∗ star ⋆ circ ∘ bullet • oplus ⊕ ominus ⊖ otimes ⊗
        oslash ⊘ odot ⊙ cap ∩ cup ∪ uplus ⊎ sqcap ⊓ sqcup ⊔ vee ∨ lor ∨ wedge ∧ land ∧ setminus ∖ smallsetminus ∖ wr ≀
        diamond ⋄ bigtriangleup △ bigtriangledown ▽ triangleleft ◁ triangleright ▷ amalg ⨿ dagger † ddagger ‡
        boxplus ⊞ boxminus ⊟ boxtimes ⊠ boxdot ⊡ ltimes ⋉ rtimes ⋊ barwedge ⊼ veebar ⊻ intercal ⊺ circledast ⊛
        circledcirc ⊚ circleddash ⊝ dotplus ∔ bmod mod
        """,
    ),
    **_table(
        "rel",
        """
        le ≤ leq ≤ leqslant ≤ leqq ≤ ge ≥ geq ≥ geqslant ≥ geqq ≥ ne ≠ neq ≠ lt < gt > ll ≪ gg ≫ lll ⋘ ggg ⋙ equiv ≡
        sim ∼ simeq ≃ approx ≈ thickapprox ≈ thicksim ∼ cong ≅ propto ∝ varpropto ∝ asymp ≍ doteq ≐ triangleq ≜
        coloneqq ≔ coloneq ≔ eqqcolon ≕ prec ≺ succ ≻ preceq ⪯ succeq ⪰ preccurlyeq ≼ succcurlyeq ≽ subset ⊂ supset ⊃
        subseteq ⊆ supseteq ⊇ subseteqq ⊆ supseteqq ⊇ subsetneq ⊊ supsetneq ⊋ sqsubset ⊏ sqsupset ⊐ sqsubseteq ⊑
        sqsupseteq ⊒ in ∈ notin ∉ ni ∋ owns ∋ mid | nmid ∤ parallel ∥ nparallel ∦ perp ⊥ vdash ⊢ dashv ⊣ models ⊨
        vDash ⊨ Vdash ⊩ bowtie ⋈ smile ⌣ frown ⌢ to → rightarrow → gets ← leftarrow ← leftrightarrow ↔ Rightarrow ⇒
        Leftarrow ⇐ Leftrightarrow ⇔ implies ⟹ impliedby ⟸ iff ⟺ longrightarrow ⟶ longleftarrow ⟵ longleftrightarrow ⟷
        Longrightarrow ⟹ Longleftarrow ⟸ Longleftrightarrow ⟺ mapsto ↦ longmapsto ⟼ hookrightarrow ↪ hookleftarrow ↩
        uparrow ↑ downarrow ↓ updownarrow ↕ Uparrow ⇑ Downarrow ⇓ nearrow ↗ searrow ↘ swarrow ↙ nwarrow ↖
        rightleftharpoons ⇌ leftrightarrows ⇆ rightleftarrows ⇄ rightharpoonup ⇀ rightharpoondown ⇁ leftharpoonup ↼
        leftharpoondown ↽ leadsto ⇝ rightsquigarrow ⇝ twoheadrightarrow ↠ nrightarrow ↛ nleftarrow ↚ nless ≮ ngtr ≯
        nleq ≰ ngeq ≱ nsim ≁ ncong ≇ nsubseteq ⊈ nsupseteq ⊉ lesssim ≲ gtrsim ≳ lessapprox ⪅ gtrapprox ⪆ lessgtr ≶
        gtrless ≷ therefore ∴ because ∵ colon : dasharrow ⇢ multimap ⊸ trianglelefteq ⊴ trianglerighteq ⊵
        """,
    ),
    **_table(
        "big",
        """
        sum ∑ prod ∏ coprod ∐ int ∫ iint ∬ iiint ∭ oint ∮ oiint ∯ bigcup ⋃ bigcap ⋂ bigvee ⋁ bigwedge ⋀ bigoplus ⨁
        bigotimes ⨂ bigodot ⨀ biguplus ⨄ bigsqcup ⨆
        """,
    ),
    **_table("open", "{ { lbrace { lbrack [ langle ⟨ lfloor ⌊ lceil ⌈ lvert | lVert ‖ lgroup ⟮ ulcorner ⌜ llcorner ⌞"),
    **_table("close", "} } rbrace } rbrack ] rangle ⟩ rfloor ⌋ rceil ⌉ rvert | rVert ‖ rgroup ⟯ urcorner ⌝ lrcorner ⌟"),
    **_table("bar", "vert | | ‖ Vert ‖"),
    **_table("post", "% %"),
    **_table("ord", "# # & & _ _ $ $"),
    **_table("func", " ".join(f"{name} {name}" for name in _FUNCTIONS.split())),
    "limsup": ("lim sup", "func"),
    "liminf": ("lim inf", "func"),
}

CHARACTERS: dict[str, tuple[str, str]] = {
    "+": ("+", "bin"),
    "-": ("−", "bin"),
    "−": ("−", "bin"),
    "*": ("∗", "bin"),
    "=": ("=", "rel"),
    "<": ("<", "rel"),
    ">": (">", "rel"),
    ":": (":", "rel"),
    "(": ("(", "open"),
    "[": ("[", "open"),
    ")": (")", "close"),
    "]": ("]", "close"),
    ",": (",", "punct"),
    ";": (";", "punct"),
    "|": ("|", "bar"),
    "/": ("/", "slash"),
    "!": ("!", "post"),
    "%": ("%", "post"),
    **{
        character: (character, kind) for character, kind in COMMANDS.values() if len(character) == 1 and character > "~"
    },
}
"""How a character typed as itself behaves; any other is ord."""

# The combining mark each accent command puts over (or under) one letter.
ACCENTS = {
    "hat": "\u0302",
    "widehat": "\u0302",
    "bar": "\u0304",
    "overline": "\u0305",
    "tilde": "\u0303",
    "widetilde": "\u0303",
    "vec": "\u20d7",
    "overrightarrow": "\u20d7",
    "dot": "\u0307",
    "ddot": "\u0308",
    "check": "\u030c",
    "breve": "\u0306",
    "acute": "\u0301",
    "grave": "\u0300",
    "mathring": "\u030a",
    "underline": "\u0332",
    "underbar": "\u0332",
}

ALPHABETS = {
    "mathbf": "BOLD",
    "bf": "BOLD",
    "bold": "BOLD",
    "boldsymbol": "BOLD ITALIC",
    "bm": "BOLD ITALIC",
    "pmb": "BOLD ITALIC",
    "mathbb": "DOUBLE-STRUCK",
    "Bbb": "DOUBLE-STRUCK",
    "mathcal": "SCRIPT",
    "cal": "SCRIPT",
    "mathscr": "SCRIPT",
    "mathfrak": "FRAKTUR",
    "frak": "FRAKTUR",
    "mathsf": "SANS-SERIF",
    "sf": "SANS-SERIF",
    "mathtt": "MONOSPACE",
    "tt": "MONOSPACE",
}
"""The Unicode name of each LaTeX alphabet."""


@cache
def letter(character: str, alphabet: str) -> str | None:
    """The character in an alphabet of mathematics, itself when the alphabet does not concern it, None when missing.

    Older letters stand outside the block of their alphabet (ℒ, ℝ, ℭ), under names of their own.
    """
    name = unicodedata.name(character, "")
    if character.isdigit():
        name = name.replace("DIGIT", "MATHEMATICAL " + alphabet + " DIGIT")
        return _lookup(name) or _lookup(name.replace(" ITALIC", "")) or character
    words = name.split()
    if words[:1] not in (["LATIN"], ["GREEK"], ["NABLA"], ["PARTIAL"]) or "WITH" in words:
        return character
    short = name.removeprefix("LATIN ").removeprefix("GREEK ").replace("LETTER ", "").replace("LUNATE ", "")
    older = {"FRAKTUR": "BLACK-LETTER"}.get(alphabet, alphabet)
    return _lookup(f"MATHEMATICAL {alphabet} {short}") or _lookup(f"{older} {short}")


def _lookup(name: str) -> str | None:
    try:
        return unicodedata.lookup(name)
    except KeyError:
        return None


SUPERSCRIPTS = dict(
    zip(
        "0123456789+−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWβγδθφχ⊤",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵝᵞᵟᶿᵠᵡᵀ",
        strict=True,
    )
)
SUBSCRIPTS = dict(zip("0123456789+−=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", strict=True))
# Signs that stand high by themselves.
RAISED = {"∘": "°", "°": "°", "†": "†", "‡": "‡", "′": "′"}
