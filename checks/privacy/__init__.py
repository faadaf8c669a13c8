"""Privacy notices: what an organisation must tell of personal data before it uses any.

What is judged is what the page says, sentence by sentence, as `checks/notices` reads it; whether it
is true, no text can tell.
"""

from checks.privacy.cookies import cookie_linkage_stated, cookies_stated
from checks.privacy.organisation import leak_runbook, staff_training
from checks.privacy.purpose import notice_at_form, purpose_covers_marketing, purpose_of_use
from checks.privacy.recipients import joint_use, overseas_transfer, third_party
from checks.privacy.rights import contact_window, disclosure_request, operator_identity
from checks.privacy.safekeeping import security_measures

__all__ = [
    "contact_window",
    "cookie_linkage_stated",
    "cookies_stated",
    "disclosure_request",
    "joint_use",
    "leak_runbook",
    "notice_at_form",
    "operator_identity",
    "overseas_transfer",
    "purpose_covers_marketing",
    "purpose_of_use",
    "security_measures",
    "staff_training",
    "third_party",
]
