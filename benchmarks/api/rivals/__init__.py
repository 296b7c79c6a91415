"""The rivals' handlers, each as somebody who knows its libraries would write it.

They run in an environment of their own, without our packages, and write the same rows with the
same role under the same policies. They know no limits, prices, refusals, logs or metrics.
"""
