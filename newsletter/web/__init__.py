"""What answers over HTTP: readers and providers on one listener, staff on another."""
