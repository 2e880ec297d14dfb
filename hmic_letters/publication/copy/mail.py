"""A dispatch -> the draft of an e-mail, which a person sends."""

from collections.abc import Iterable, Mapping
from email.message import EmailMessage
from email.policy import SMTP


def draft(
    subject: str,
    body: str,
    to: Iterable[str],
    copied_to: Iterable[str],
    attachments: Mapping[str, bytes],
) -> bytes:
    """An e-mail (RFC 5322) with PDFs attached, by their names, that a mail program opens to be sent
    (X-Unsent). It has no sender and no date: those are whose it is and when it is sent."""
    # A subject that is folded behind its name begins with a space in some programs.
    message = EmailMessage(policy=SMTP.clone(max_line_length=200))
    message["Subject"] = subject
    for header, addresses in (("To", list(to)), ("Cc", list(copied_to))):
        if addresses:
            message[header] = ", ".join(addresses)
    message["X-Unsent"] = "1"
    message.set_content(body)
    for name, data in attachments.items():
        message.add_attachment(data, maintype="application", subtype="pdf", filename=name)
    return bytes(message)
