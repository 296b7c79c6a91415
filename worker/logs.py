"""Structured logs: one JSON object a line on stdout, ours and the libraries'. Never a prompt."""

import logging
import sys

import structlog
from structlog.types import Processor


def configure(release: str, environment: str, worker: str) -> None:
    """Send every log line and Python warning to stdout as JSON; call once, at the start."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(
        service="worker", release=release, environment=environment, worker=worker
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(_formatter(shared))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    _hush_libraries()


def _formatter(shared: list[Processor]) -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
    )


def _hush_libraries() -> None:
    """Libraries speak from a warning on; diffusers quotes prompts in its warnings, so less."""
    logging.captureWarnings(capture=True)
    for name in ("botocore", "boto3", "urllib3", "httpx", "huggingface_hub", "PIL"):
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("diffusers", "transformers"):
        logging.getLogger(name).setLevel(logging.ERROR)
