"""How many bytes something has, as a person reads it."""


def file_size(count: int) -> str:
    """Bytes as a person reads them: `512 B`, `16 KiB`, `1.4 MiB`."""
    if count < 1024:
        return f"{count} B"
    size, unit = (count / 1024, "KiB") if count < 1024 * 1024 else (count / 1024 / 1024, "MiB")
    return f"{size:.1f}".removesuffix(".0") + f" {unit}"


def size_over(count: int, limit: int) -> str:
    """The size of what is larger than `limit`, never written like the limit: a byte over 1 MiB is `1.1 MiB`."""
    said = file_size(count)
    unit = 1024 if limit < 1024 * 1024 else 1024 * 1024
    return said if said != file_size(limit) else file_size(limit + unit // 10)
