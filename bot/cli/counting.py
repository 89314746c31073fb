"""How many there are of something, in English."""


def counted(number: int, noun: str, plural: str = "") -> str:
    """`1 subscriber`, `2 subscribers`; `plural` where it is more than an s."""
    return f"{number} {noun if number == 1 else plural or f'{noun}s'}"
