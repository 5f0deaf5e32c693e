"""What this machine could do if there were nothing to do: small servers to compare with."""
