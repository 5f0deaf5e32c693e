"""What may be sent: WhatsApp's limits, checked before anything is stored."""
