"""What comes in: bodies and path parameters, checked before anything believes them."""

from typing import Annotated, TypeVar

from pydantic import BaseModel, StringConstraints, ValidationError
from starlette.requests import Request

from reference.errors import Problem, invalid

JSON = "application/json"
LARGEST_BODY = 64 * 1024
LARGEST_ID = 2**63 - 1
"""What a bigint of Postgres can hold."""
LARGEST_PAGE = 100_000
"""Further nobody turns the pages of a list."""

Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
"""Text without NUL, which Postgres cannot hold."""

Model = TypeVar("Model", bound=BaseModel)


async def body_as(model: type[Model], request: Request) -> Model:
    """Return the JSON body of *request* as a *model*; raise 413, 415 or 422 when it cannot be one."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != JSON:  # a form of another site can send text/plain, or say nothing, without asking; but not this
        raise Problem(415, "unsupported", f"The body must be {JSON}.")
    received = bytearray()
    async for chunk in request.stream():
        received += chunk
        if len(received) > LARGEST_BODY:
            raise Problem(413, "too_large", f"The body may have {LARGEST_BODY} bytes at most.")
    try:
        return model.model_validate_json(bytes(received))
    except ValidationError as error:
        places = sorted({".".join(str(part) for part in one["loc"]) or "the body" for one in error.errors()})
        raise invalid(f"Please check: {', '.join(places)}.") from None


def page_from(request: Request) -> int:
    """Return the query parameter `page`, 1 without one; 422 unless it is a whole number that a page can have."""
    page = _whole(request.query_params.get("page", "1"), LARGEST_PAGE)
    if page is None:
        raise invalid(f"A page is a whole number from 1 to {LARGEST_PAGE}.")
    return page


def id_from(request: Request) -> int:
    """Return the path parameter `id`; 422 unless it is a whole number that an id can be."""
    number = _whole(request.path_params["id"], LARGEST_ID)
    if number is None:
        raise invalid("An id is a positive whole number.")
    return number


def _whole(text: str, largest: int) -> int | None:
    """Return the number that *text* is in decimal, None unless it is one from 1 to *largest*."""
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(largest)):
        return None
    number = int(text)
    return number if 1 <= number <= largest else None
