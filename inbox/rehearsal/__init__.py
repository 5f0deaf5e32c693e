"""Scripts of a customer and of a provider that misbehaves, for tests of programs that use Inbox."""
