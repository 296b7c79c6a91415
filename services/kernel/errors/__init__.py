"""One shape for every failure a caller meets: RFC 9457 problem documents with our own codes.

A service names its problems as classes in its own `errors.py` and tells at each route which of
them it answers with: `responses=problems(JobNotFound)`. What any route may answer is added by
`services.kernel.app`. Nothing here may show an input value, a secret or a traceback.
"""

from services.kernel.errors.answers import answer, install, response
from services.kernel.errors.documented import may_raise, problems
from services.kernel.errors.framework import of_status
from services.kernel.errors.problem import MEDIA_TYPE, Problem, ProblemDocument, document

__all__ = [
    "MEDIA_TYPE",
    "Problem",
    "ProblemDocument",
    "answer",
    "document",
    "install",
    "may_raise",
    "of_status",
    "problems",
    "response",
]
