"""What mails say, in the languages that we write, and how a mail is put together of it.

No text holds anything that a stranger chose: whoever signs up somebody else's address must not be
able to say something to them in our name.
"""

from services.user.letters.kinds import MAIL_KINDS, MailKind
from services.user.letters.writing import write

__all__ = ["MAIL_KINDS", "MailKind", "write"]
