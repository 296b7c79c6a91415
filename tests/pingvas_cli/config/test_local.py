"""The local section: ports by name, and the folder of the state."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pingvas_cli.config.configuration import Configuration
from pingvas_cli.config.local import LocalSection


def test_every_port_has_its_name() -> None:
    ports = LocalSection().ports()
    assert ports["postgres"] == 15432
    assert [ports[f"redis_prod_{node}"] for node in (1, 2, 3)] == [16380, 16381, 16382]
    assert (ports["user_prod"], ports["user_dev"]) == (8001, 8101)
    assert (ports["edge_prod"], ports["edge_dev"]) == (8080, 8180)
    assert ports["object_store_s3_grpc"] == 28333


def test_the_offset_moves_every_port() -> None:
    moved, plain = LocalSection(port_offset=200).ports(), LocalSection().ports()
    assert {name: port - 200 for name, port in moved.items()} == plain


def test_further_workers_count_up() -> None:
    ports = LocalSection(workers_per_environment=3).ports()
    assert (ports["worker_metrics_prod_3"], ports["worker_metrics_dev_2"]) == (8011, 8110)


def test_ports_of_services_follow_the_configuration() -> None:
    made = Configuration.model_validate({"services": {"user": {"port": 8006}}})
    assert made.local_ports()["user_dev"] == 8106


@given(offset=st.integers(-9000, 40_000), dev=st.integers(-9000, 40_000))
def test_whatever_is_accepted_can_be_listened_on(offset: int, dev: int) -> None:
    try:
        section = LocalSection(port_offset=offset, dev_service_port_offset=dev)
    except ValidationError:
        return
    ports = list(section.ports().values())
    assert len(set(ports)) == len(ports)
    assert all(1024 <= port < 32768 for port in ports)


def test_the_state_lies_where_the_user_keeps_state() -> None:
    assert LocalSection().state_folder({"XDG_STATE_HOME": "/x"}) == Path("/x/pingvas")
    assert LocalSection().state_folder({}) == Path.home() / ".local/state/pingvas"
    chosen = LocalSection(state_dir=Path("~/p"))
    assert chosen.state_folder({"XDG_STATE_HOME": "/x"}) == Path.home() / "p"
