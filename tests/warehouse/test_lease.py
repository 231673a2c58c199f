"""The writer's lock on BigQuery is exclusive, and whoever has lost it publishes nothing; against the emulator."""

import json
import os
import socket
from collections.abc import Callable
from contextlib import ExitStack
from itertools import count

import pytest
import requests
from emulators import PROJECT
from google.api_core import exceptions as api
from google.auth import exceptions as auth
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery as google
from tiny import SEASON

from nbhelpers.errors import Broken, Locked
from nbhelpers.warehouse.bigquery import BigQuery
from nbhelpers.warehouse.bigquery import lease as leases

TRIED = count(1)


@pytest.fixture
def new(bigquery_emulator, request) -> Callable[..., BigQuery]:
    """Gives, at each call, another process's view of the same datasets."""
    client = google.Client(PROJECT, AnonymousCredentials(), location="US", client_options={"api_endpoint": bigquery_emulator})
    request.addfinalizer(client.close)
    prefix = f"lock_{next(TRIED)}_"
    return lambda area="a_run": BigQuery(client, SEASON, area, prefix)


def held_by(warehouse: BigQuery, pid: int, host: str = "", minutes: int = 60) -> None:
    """Have the lease held by another process, for so many minutes yet."""
    warehouse._lease._created()
    holder = json.dumps({"run_id": "other", "host": host or socket.gethostname(), "pid": pid, "since": "now"})
    expires = f"TIMESTAMP_ADD(CURRENT_TIMESTAMP(), INTERVAL {minutes} MINUTE)"
    warehouse._lease._set(f"token = 'theirs', holder = '{holder}', expires = {expires}", "")


def test_two_writers_do_not_hold_the_lock_at_once_and_the_second_is_told_who_does(new):
    assert new().holder() == {}
    with new().hold("one"):
        assert new().holder()["run_id"] == "one"
        with pytest.raises(Locked, match=f"run one .process {os.getpid()} on {socket.gethostname()}"), new().hold("two"):
            pass
    assert new().holder() == {}


def test_a_holder_on_another_machine_is_believed_alive_until_its_lease_runs_out(new):
    held_by(new(), 1, "elsewhere")
    with pytest.raises(Locked, match="run other .* on elsewhere"), new().hold("two"):
        pass
    new()._lease._set("expires = TIMESTAMP '2025-01-01 00:00:00+00'", "theirs")
    with new().hold("two"):
        assert new().holder()["run_id"] == "two"


def test_a_holder_that_died_on_this_machine_is_told_from_a_live_one(new):
    held_by(new(), os.getppid())
    with pytest.raises(Locked), new().hold("two"):
        pass
    new()._lease._set(f"holder = '{json.dumps({'host': socket.gethostname(), 'pid': 2**22 + 1})}'", "theirs")  # above any process id
    with new().hold("two"):
        assert new().holder()["run_id"] == "two"


def test_of_two_that_take_an_expired_lease_at_once_one_gets_it(new, monkeypatch):
    held_by(new(), 1, "elsewhere", minutes=-1)
    slow, fast, stack = new(), new(), ExitStack()
    change = slow._lease._set

    def late(*what) -> None:
        """Both have seen that it has run out; the other is quicker."""
        stack.enter_context(fast.hold("fast"))
        change(*what)

    monkeypatch.setattr(slow._lease, "_set", late)
    with stack:
        with pytest.raises(Locked, match="run fast "), slow.hold("slow"):
            pass
        assert new().holder()["run_id"] == "fast"


def test_whoever_has_lost_the_lease_publishes_nothing_says_so_and_leaves_the_new_holder_alone(new):
    mine, theirs = new("mine"), new("theirs")
    with ExitStack() as stack:
        with pytest.raises(Broken, match="lost the writer's lock"), mine.hold("mine"):
            mine._lease._set("expires = TIMESTAMP '2025-01-01 00:00:00+00'", mine._lease.token)  # it slept too long
            stack.enter_context(theirs.hold("theirs"))
            with mine.writing() as transaction:
                transaction.void_receipts("x", "y")
        assert new().holder()["run_id"] == "theirs"
        with theirs.writing() as transaction:
            transaction.void_receipts("x", "y")


def test_a_runs_notebooks_publish_under_the_token_of_their_run_and_nobody_elses(new):
    with new("a_run").hold("a_run"):
        assert len(new("a_run")._lease.guard("a_run")) == 2
        assert new("by-hand")._lease.guard("by-hand") == []


NETWORK_IS_DEAD = requests.exceptions.ConnectionError("Network is unreachable")


@pytest.mark.parametrize(
    "problem",
    [api.NotFound("gone"), api.PreconditionFailed("etag"), auth.RefreshError("expired"), NETWORK_IS_DEAD, ValueError("whatever")],
    ids=lambda problem: type(problem).__name__,
)
def test_a_renewal_that_fails_is_made_up_for_by_the_next(new, monkeypatch, problem):
    warehouse, change, failed = new(), leases.Lease._set, []

    def failing_once(lease, what: str, *of) -> None:
        if what.startswith("expires") and not failed:
            failed.append(what)
            raise problem
        change(lease, what, *of)
        renewed.set()

    renewed = leases.threading.Event()
    with warehouse.hold("a_run"):
        before = warehouse._lease._row()[2]
        monkeypatch.setattr(leases.Lease, "_set", failing_once)
        over = leases.threading.Event()
        monkeypatch.setattr(over, "wait", lambda seconds: renewed.is_set())
        warehouse._lease._renew(warehouse._lease.token, over)
        assert failed
        assert warehouse._lease._row()[2] > before
        assert not warehouse._lease._is_lost.is_set()


def test_a_renewal_that_finds_another_token_tells_that_the_lease_is_lost(new, monkeypatch):
    warehouse = new()
    with pytest.raises(Broken, match="lost the writer's lock"), warehouse.hold("a_run"):
        new()._lease._set("token = 'theirs'", warehouse._lease.token)
        over = leases.threading.Event()
        monkeypatch.setattr(over, "wait", lambda seconds: False)
        warehouse._lease._renew(warehouse._lease.token, over)
