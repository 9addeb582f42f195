"""Forms: what a page's form posts."""

from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, HTTPException, Request

MAX_FIELDS = 20


async def _fields(request: Request) -> dict[str, str]:
    try:
        body = (await request.body()).decode()
        return dict(parse_qsl(body, keep_blank_values=True, max_num_fields=MAX_FIELDS))
    except ValueError as error:
        raise HTTPException(422, "The form could not be read.") from error


Fields = Annotated[dict[str, str], Depends(_fields)]
"""The fields of a form (application/x-www-form-urlencoded), each with its last value."""
