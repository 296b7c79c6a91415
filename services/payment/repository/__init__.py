"""Rows of the payment service, in and out. The kind of connection tells whose rows are seen."""

from services.kernel.sql import load

SQL = load("services.payment")
