"""The `monitoring` section: what is measured, how long it is kept, who is told."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, SecretStr

from pingvas_cli.config.section import Problem, Section, part, problem
from pingvas_cli.config.values import LogRetentionDays, Percent

Minutes = Annotated[int, Field(ge=1, le=1440)]


class Thresholds(Section):
    """From where on a value is an alert (inventory 60-67)."""

    database_cpu_percent: Percent = Field(90, description="CPU of Aurora, critical (inventory 64).")
    database_cpu_minutes: Minutes = Field(5, description="For this long (inventory 64).")
    server_error_percent: Percent = Field(
        5, description="Share of 5xx answers, critical (inventory 65, correction M1)."
    )
    server_error_minutes: Minutes = Field(3, description="For this long (inventory 65).")
    queue_length: int = Field(100, ge=1, description="Waiting jobs, warning (inventory 66).")
    queue_length_minutes: Minutes = Field(15, description="For this long (inventory 66).")
    pod_restarts: int = Field(
        5, ge=1, description="Restarts within 15 minutes, warning (inventory 67, correction M2)."
    )
    pod_restarts_minutes: Minutes = Field(10, description="For this long (inventory 67).")
    node_cpu_percent: Percent = Field(90, description="CPU of a node (inventory 61).")
    generation_p99_seconds: int = Field(60, ge=1, description="P99 of a generation (inventory 60).")
    gpu_idle_percent: Percent = Field(
        50, description="GPU use below this while a worker runs (inventory 63, correction M4)."
    )
    gpu_celsius: int = Field(80, ge=40, le=110, description="GPU temperature (inventory 63).")


class Objectives(Section):
    """What the platform promises; the report prints measured against these (inventory 98)."""

    availability_percent: float = Field(
        99.5, gt=90, lt=100, description="Answered requests per month (inventory 98)."
    )
    api_p95_milliseconds: int = Field(300, ge=1, description="P95 of the API (inventory 98).")
    generation_seconds: int = Field(30, ge=1, description="Mean of a generation (inventory 98).")


class Alerts(Section):
    """Who is told. The two secrets come from the environment, never from the file."""

    slack_channel: str = Field("#pingvas-alerts", description="Channel of warnings (inventory 66).")
    slack_webhook_url: SecretStr | None = Field(
        None, description="Secret, by PINGVAS_MONITORING__ALERTS__SLACK_WEBHOOK_URL (inventory 66)."
    )
    pagerduty_routing_key: SecretStr | None = Field(
        None,
        description="Secret, by PINGVAS_MONITORING__ALERTS__PAGERDUTY_ROUTING_KEY (inventory 64).",
    )
    critical_interval_seconds: int = Field(
        30, ge=10, le=600, description="How often critical rules are judged (inventory 64)."
    )
    warning_interval_seconds: int = Field(
        60, ge=10, le=600, description="How often warning rules are judged (inventory 66)."
    )


class MonitoringSection(Section):
    """Prometheus, Alertmanager, Grafana, Fluent Bit (inventory 25, 58-67)."""

    scrape_seconds: int = Field(15, ge=5, le=300, description="Scrape interval (inventory 58).")
    cloudwatch_scrape_seconds: int = Field(
        300, ge=60, le=3600, description="CloudWatch bills each query (correction M6)."
    )
    retention_days: int = Field(15, ge=1, le=365, description="Metrics kept (inventory 58).")
    volume_gb: int = Field(50, ge=10, le=4000, description="Disk of Prometheus (correction M7).")
    log_retention_days: LogRetentionDays = Field(
        30, description="Logs kept in CloudWatch (inventory 59, correction D11)."
    )
    thresholds: Thresholds = part(
        Thresholds, "From where on a value is an alert (inventory 60-67)."
    )
    objectives: Objectives = part(Objectives, "What is promised (inventory 98).")
    alerts: Alerts = part(Alerts, "Who is told (inventory 64, 66, correction M5).")

    def problems(self) -> Iterator[Problem]:
        """A rule that is judged more often than its data arrive."""
        for key in ("critical_interval_seconds", "warning_interval_seconds"):
            seconds = getattr(self.alerts, key)
            if seconds < self.scrape_seconds:
                yield problem(
                    f"alerts.{key}", "config.min_above_max", low=self.scrape_seconds, high=seconds
                )
