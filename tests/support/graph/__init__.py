"""What Meta refuses, told by the fake Graph of the tests."""
