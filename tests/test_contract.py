"""An answer keeps to the contract, or the place where it does not is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plumbline.asking.contract import Contract

if TYPE_CHECKING:
    from pathlib import Path

DEALS = """
paths:
  /api/deals/{id}:
    parameters:
      - $ref: "#/components/parameters/Id"
    get:
      responses:
        "200":
          content:
            application/json:
              schema: { $ref: "#/components/schemas/Deal" }
        "204": { description: nothing }
        default: { $ref: "#/components/responses/Error" }
    delete:
      responses:
        "204": { description: gone }
  /api/deals/newest:
    get:
      x-public: true
      x-role: [admin, investor]
      parameters:
        - { name: page, in: query, example: 2 }
      responses:
        "200":
          content: { text/html: {} }
components:
  parameters:
    Id: { name: id, in: path, example: 7 }
  schemas:
    Deal:
      type: object
      required: [name, sectors]
      additionalProperties: false
      properties:
        name: { type: string }
        closes: { type: [string, "null"], format: date }
        sectors: { type: array, items: { type: object, properties: { share: { type: number } } } }
"""
ERRORS = """
components:
  responses:
    Error:
      content:
        application/json:
          schema: { type: object, required: [error] }
"""
ROLES = ("creator", "investor")
GOOD = b'{"name": "North", "sectors": [{"share": 1}]}'
JSON = "application/json; charset=utf-8"


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    """A contract of two documents, of which one refers to the other."""
    folder: Path = tmp_path_factory.mktemp("openapi")
    (folder / "deals.yaml").write_text(DEALS)
    (folder / "errors.yaml").write_text(ERRORS)
    return Contract(folder)


def breach(contract: Contract, body: bytes, status: int = 200, media: str = JSON, method: str = "GET") -> str | None:
    """What is wrong with an answer to a deal's path."""
    return contract.breach(method, "/api/deals/7", status, media, body)


def test_an_answer_that_keeps_to_it_is_no_breach(contract: Contract) -> None:
    assert breach(contract, GOOD) is None


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"sectors": []}', 'GET /api/deals/{id} 200: body: "name" is a required property'),
        (b'{"name": 7, "sectors": []}', 'GET /api/deals/{id} 200: name: 7 is not of type "string"'),
        (b'{"name": "", "sectors": [{}, {"share": "1"}]}', "sectors/1/share: "),
        (b'{"name": "", "sectors": [], "stack": ""}', "'stack' was unexpected"),
        (b'{"name": "", "sectors": [], "closes": "soon"}', 'closes: "soon" is not a "date"'),
        (b"<p>", "GET /api/deals/{id} 200: the body is no JSON: b'<p>'"),
        (b"", "the body is no JSON"),
    ],
)
def test_a_breach_names_the_place_in_the_body(contract: Contract, body: bytes, said: str) -> None:
    assert said in str(breach(contract, body))


def test_another_media_type_is_a_breach(contract: Contract) -> None:
    said = breach(contract, GOOD, media="text/html")

    assert said == "GET /api/deals/{id} 200: text/html, the contract has application/json"
    assert "no content type" in str(breach(contract, GOOD, media=""))


def test_a_status_that_is_not_there_is_a_breach(contract: Contract) -> None:
    said = breach(contract, b"", status=200, method="DELETE")

    assert said == "DELETE /api/deals/{id} 200: the contract has only 204"


def test_a_status_that_is_not_named_is_held_to_the_default(contract: Contract) -> None:
    assert breach(contract, b'{"error": "none"}', status=418) is None
    assert '"error" is a required property' in str(breach(contract, b"{}", status=418))


def test_a_body_where_none_belongs_is_a_breach(contract: Contract) -> None:
    assert breach(contract, b"", status=204, media="") is None
    assert "a body of 2 bytes where the contract has none" in str(breach(contract, b"{}", status=204))


def test_head_is_held_to_get_without_its_body(contract: Contract) -> None:
    assert breach(contract, b"", method="HEAD") is None
    assert "a body of 44 bytes" in str(breach(contract, GOOD, method="HEAD"))


def test_a_path_that_is_not_in_it_is_held_to_nothing(contract: Contract) -> None:
    assert contract.breach("GET", "/nowhere", 500, "", b"oh") is None
    assert contract.breach("GET", "/api/deals/7/more", 500, "", b"oh") is None


def test_a_literal_path_goes_before_one_with_parameters(contract: Contract) -> None:
    newest = contract.operation("GET", "/api/deals/newest")

    assert newest is not None
    assert (newest.path, newest.public) == ("/api/deals/newest", True)


def test_an_operation_is_closed_to_roles_that_it_does_not_name(contract: Contract) -> None:
    closed = {role: [get.path for get in contract.operations("GET") if get.closed_to(role)] for role in ROLES}

    assert closed == {"creator": ["/api/deals/newest"], "investor": []}


def test_an_operations_example_fills_path_and_query(contract: Contract) -> None:
    assert sorted(get.example for get in contract.operations("GET")) == [
        "/api/deals/7",
        "/api/deals/newest?page=2",
    ]
