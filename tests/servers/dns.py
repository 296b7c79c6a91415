"""A name server on loopback that knows the records it is given."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

import dns.flags
import dns.message
import dns.rcode
import dns.rrset


@contextmanager
def name_server(zones: Mapping[str, Sequence[str]], rcode: dns.rcode.Rcode) -> Iterator[int]:
    """The UDP port of one that answers NS questions; `rcode` is said of names it lacks."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(0.1)
        ended = threading.Event()
        thread = threading.Thread(target=_serve, args=(server, zones, rcode, ended))
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            ended.set()
            thread.join()


def _serve(
    server: socket.socket,
    zones: Mapping[str, Sequence[str]],
    rcode: dns.rcode.Rcode,
    ended: threading.Event,
) -> None:
    while not ended.is_set():
        with suppress(TimeoutError):
            asked, whom = server.recvfrom(4096)
            server.sendto(_answer(asked, zones, rcode), whom)


def _answer(asked: bytes, zones: Mapping[str, Sequence[str]], rcode: dns.rcode.Rcode) -> bytes:
    question = dns.message.from_wire(asked)
    answer = dns.message.make_response(question)
    answer.flags |= dns.flags.RA
    name = question.question[0].name
    known = zones.get(name.to_text(omit_final_dot=True))
    if known is None:
        answer.set_rcode(rcode)
    elif known:
        answer.answer.append(dns.rrset.from_text(name, 60, "IN", "NS", *known))
    return answer.to_wire()
