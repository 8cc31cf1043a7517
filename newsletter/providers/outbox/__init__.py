"""The outbox: mail as files that a mail program opens. Nothing leaves the machine."""
