"""kill -9 of each part in turn while jobs run: no job, picture or credit is lost.

What recovered, how, and in how long is printed as a table; with E2E_REPORT it is written
there as JSON too. Nothing here asserts a time, but that it comes to an end.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from pingvas_cli.config.values import EnvironmentName
from tests.e2e.books import check_books, check_customer, finished_at, most_attempts
from tests.e2e.conftest import Teach
from tests.e2e.customer import LONG_JOB, Customer
from tests.e2e.own_platform import OwnPlatform, wait_for
from tests.e2e.recoveries import Recovery
from tests.e2e.victims import VICTIMS, Victim

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

BACK_S = 120.0
DONE_S = 240.0
SHORT_JOB = {**LONG_JOB, "steps": 4, "count": 1}


@pytest.mark.parametrize("victim", VICTIMS, ids=str)
def test_nothing_is_lost(platform: OwnPlatform, teach: Teach, victim: Victim) -> None:
    customer = Customer.of(platform, victim.environment)
    running = customer.submit()
    customer.submit()
    wait_for("a running job", lambda: customer.status(running) == "running", most_s=60)

    recovery = _strike(platform, customer, victim)

    teach(recovery)
    check_customer(platform, victim.environment, customer)
    check_books(platform, victim.environment)


def test_everything_is_healthy_after_all(platform: OwnPlatform) -> None:
    platform.pingvas("status")
    for environment in ("dev", "prod"):
        check_books(platform, environment)


def _strike(platform: OwnPlatform, customer: Customer, victim: Victim) -> Recovery:
    """Kill it, submit one more job meanwhile, and wait until all is as it should be."""
    with ThreadPoolExecutor(1) as pool:
        struck_at = time.time()
        recovering = victim.strike(platform)
        meanwhile = pool.submit(customer.submit, SHORT_JOB)
        wait_for(f"{victim} is back", recovering.is_back, most_s=BACK_S)
        healthy_s = time.time() - struck_at
        meanwhile.result()
    done_at = _wait_for_jobs(platform, victim.environment, customer)
    return Recovery(
        part=str(victim),
        environment=victim.environment,
        recovered_by=recovering.by,
        healthy_s=round(healthy_s, 1),
        jobs_done_s=round(done_at - struck_at, 1),
        jobs=len(customer.jobs),
        most_attempts=most_attempts(platform, victim.environment, list(customer.jobs.values())),
    )


def _wait_for_jobs(
    platform: OwnPlatform, environment: EnvironmentName, customer: Customer
) -> float:
    """When the last job succeeded, as the record has it."""
    found: list[float] = []

    def are_done() -> bool:
        try:
            at = finished_at(platform, environment, list(customer.jobs.values()))
        except psycopg.OperationalError:
            return False
        found.extend([at] if at else [])
        return at is not None

    wait_for("all jobs succeeded", are_done, most_s=DONE_S)
    return found[-1]
