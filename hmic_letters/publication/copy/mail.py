"""A dispatch -> the draft of an e-mail; a person sends it."""

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
    """Draft an e-mail (RFC 5322) with PDFs attached, by name.

    A mail program opens it ready to send (X-Unsent). It has no sender and no date: the mail program
    adds both when a person sends it.
    """
    # Why 200: if the subject is folded right after 'Subject:', some programs show a space first.
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
