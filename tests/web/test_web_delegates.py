"""Delegates: named, invited and ended by their mayor alone; and going on every device at once."""

import pytest
from web_mayor import MY, delegate, freeze
from web_summit import API, ok, refused

from declaration.services.delegating import MAX_DELEGATES


@pytest.fixture
def mayor(summit):
    return summit.come_in("signatory", "haifa")


def listed(client):
    return ok(client.get(f"{MY}/delegates"))["items"]


def test_a_mayor_names_somebody_who_then_comes_in(summit, mayor):
    helper, name = delegate(summit, mayor, "Noa from the office")
    found = ok(helper.get(f"{API}/session"))
    assert found == {
        "declaration": found["declaration"],
        "role": "delegate",
        "subject": name,
        "name": "Noa from the office",
        "signatory": "haifa",
    }
    [item] = listed(mayor)
    assert (item["id"], item["name"], item["enrolled"]) == (name, "Noa from the office", True)
    assert listed(helper) == [item]


def test_a_delegate_that_is_ended_is_out_at_once(summit, mayor):
    helper, name = delegate(summit, mayor)
    token = ok(helper.post(f"{API}/tokens", json={"label": "t"}), 201)["secret"]
    assert mayor.delete(f"{MY}/delegates/{name}").status_code == 204
    refused(helper.get(f"{API}/session"), 401, "caller.unknown")
    refused(summit.client().get(f"{API}/session", headers={"authorization": f"Bearer {token}"}), 401, "caller.token")
    assert listed(mayor) == []
    refused(mayor.delete(f"{MY}/delegates/{name}"), 404, "delegate.unknown")
    refused(mayor.post(f"{MY}/delegates/{name}/invitation"), 404, "delegate.unknown")
    with pytest.raises(AssertionError, match=r"enter\.refused"):
        summit.sign_in("delegate", name)


def test_an_invitation_of_somebody_ended_lets_nobody_in(summit, mayor):
    invited = ok(mayor.post(f"{MY}/delegates", json={"name": "Chief of staff"}), 201)
    mayor.delete(f"{MY}/delegates/{invited['id']}")
    answer = summit.client().post(f"{API}/invitation", json={"secret": invited["secret"]})
    assert answer.status_code in {404, 409}


def test_a_delegate_with_a_new_phone_is_invited_anew_and_the_old_one_is_out(summit, mayor):
    helper, name = delegate(summit, mayor)
    invited = ok(mayor.post(f"{MY}/delegates/{name}/invitation"), 201)
    assert invited["id"] == name
    refused(helper.get(f"{API}/session"), 401, "caller.unknown")
    assert ok(summit.client().post(f"{API}/invitation", json={"secret": invited["secret"]}))["subject"] == name
    assert [item["enrolled"] for item in listed(mayor)] == [False]


def test_another_mayor_s_delegates_are_nobody(summit, mayor):
    _, name = delegate(summit, mayor)
    other = summit.come_in("signatory", "abidjan")
    assert listed(other) == []
    refused(other.delete(f"{MY}/delegates/{name}"), 404, "delegate.unknown")
    refused(other.post(f"{MY}/delegates/{name}/invitation"), 404, "delegate.unknown")
    assert len(listed(mayor)) == 1


def test_a_delegate_names_nobody(summit, mayor):
    helper, name = delegate(summit, mayor)
    refused(helper.post(f"{MY}/delegates", json={"name": "A friend"}), 403, "caller.role")
    refused(helper.delete(f"{MY}/delegates/{name}"), 403, "caller.role")
    refused(helper.post(f"{MY}/delegates/{name}/invitation"), 403, "caller.role")


@pytest.mark.parametrize("role", [("drafter", "workshop"), ("depositary", "host")])
def test_other_roles_have_no_delegates(summit, role):
    client = summit.come_in(*role)
    refused(client.get(f"{MY}/delegates"), 403, "caller.role")
    refused(client.post(f"{MY}/delegates", json={"name": "A friend"}), 403, "caller.role")


@pytest.mark.parametrize("name", [" ", "a\u202eb", "x" * 300, " a"])
def test_a_name_is_a_name(mayor, name):
    refused(mayor.post(f"{MY}/delegates", json={"name": name}), 400, "delegate.name")
    assert listed(mayor) == []


def test_an_office_has_ten_people_at_most(mayor):
    for number in range(MAX_DELEGATES):
        ok(mayor.post(f"{MY}/delegates", json={"name": f"Number {number}"}), 201)
    refused(mayor.post(f"{MY}/delegates", json={"name": "One more"}), 409, "delegate.many")
    mayor.delete(f"{MY}/delegates/{listed(mayor)[0]['id']}")
    ok(mayor.post(f"{MY}/delegates", json={"name": "One more"}), 201)


def test_a_delegate_stays_one_while_the_text_is_frozen(summit, mayor):
    helper, _ = delegate(summit, mayor)
    freeze(summit)
    assert ok(helper.get(f"{MY}/signing"))["state"] == "waiting"


def test_somebody_goes_on_every_device(summit, mayor):
    second = summit.sign_in("signatory", "haifa")
    token = ok(mayor.post(f"{API}/tokens", json={"label": "t"}), 201)["secret"]
    answer = second.delete(f"{API}/sessions")
    assert answer.status_code == 204
    assert "Max-Age=0" in answer.headers["set-cookie"]
    for client in (mayor, second, summit.client(authorization=f"Bearer {token}")):
        assert client.get(f"{API}/session").status_code == 401
    refused(summit.client().delete(f"{API}/sessions"), 401, "caller.unknown")
