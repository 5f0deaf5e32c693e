"""The door for webhooks: taken, turned away, tried."""
