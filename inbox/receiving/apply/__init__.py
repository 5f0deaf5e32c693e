"""Apply: provider events become rows and feed events, in one transaction.

Idempotent and independent of order: applying a webhook again, or a set of them in another
order, ends in the same rows. Tables are known here; WhatsApp and browsers are not.
"""

from inbox.receiving.apply.batch import apply

__all__ = ["apply"]
