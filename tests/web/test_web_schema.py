"""The interface against its own description: generated requests of every role, and never a fault of ours."""

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance
from test_web_roles import STREAM, described, token_of
from web_summit import DECLARATION

from declaration.services.actors import Role

WHO = {
    "drafter": (Role.DRAFTER, "workshop"),
    "signatory": (Role.SIGNATORY, "haifa"),
    "depositary": (Role.DEPOSITARY, "host"),
}
DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXAMPLES = 4
"""Generated requests for each operation and role: the whole test stays within half a minute."""


@schemathesis.serializer(DOCUMENT)
def as_it_is(_, value):
    """A document is sent as the bytes that were generated for it."""
    return value if isinstance(value, bytes) else str(value).encode()


def role_for(path):
    return "drafter" if "/drafting/" in path else "signatory" if "/my/" in path else "depositary"


def test_no_generated_request_makes_the_service_fail(summit):
    tokens = {name: token_of(summit, DECLARATION, *who) for name, who in WHO.items()}
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", summit.app)
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    operations = [item for item in operations if f"{item.method.upper()} {item.path}".find(STREAM[4:]) < 0]
    assert len(operations) > len(described(summit.app)) - 2
    faults = []
    for operation in operations:
        ask = asking(operation, tokens[role_for(operation.path)], faults)
        ask()
        summit.clock.forward(seconds=60)  # allowances fill up again
    assert not faults


def asking(operation, token, faults):
    """Return what sends generated requests of one operation, and notes every fault."""

    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    @given(case=operation.as_strategy())
    def ask(case):
        if "declaration" in case.path_parameters:
            case.path_parameters["declaration"] = DECLARATION
        answer = case.call(headers={"authorization": f"Bearer {token}"})
        if answer.status_code >= 500:
            faults.append((case.method, case.formatted_path, answer.status_code, answer.text[:300]))

    return ask


def test_answers_are_as_described(summit):
    """What is read of a fresh summit conforms to the schemas, where the description gives one."""
    token = token_of(summit, DECLARATION, *WHO["depositary"])
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", summit.app)
    checked = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.method.upper() != "GET" or operation.path.endswith("/events"):
            continue
        values = {"declaration": DECLARATION, "number": 1, "signatory": "haifa"}
        names = [item.name for item in operation.path_parameters]
        if any(name not in values for name in names):
            continue
        case = operation.Case(path_parameters={name: values[name] for name in names})
        answer = case.call(headers={"authorization": f"Bearer {token}"})
        assert answer.status_code < 500
        if answer.status_code == 200:
            case.validate_response(answer, checks=[response_schema_conformance, content_type_conformance])
            checked += 1
    assert checked >= 10
