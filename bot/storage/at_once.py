"""Changes to many rows, each to values of its own, in one statement: on PostgreSQL each costs a turn of the server."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import TextClause, Update
from sqlalchemy.ext.asyncio import AsyncConnection


async def change(
    connection: AsyncConnection, each: Update, together: TextClause, rows: Sequence[Mapping[str, Any]], **common: Any
) -> None:
    """`each` takes a row's values as parameters, `together` all rows as the JSON array `rows`; both take `common`.

    On SQLite many executions are one visit to its thread, and need no JSON.
    """
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        await connection.execute(together, {"rows": json.dumps(rows), **common})
    else:
        await connection.execute(each, [{**row, **common} for row in rows])
