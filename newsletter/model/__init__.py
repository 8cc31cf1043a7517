"""The words: frozen values and enums that every other part speaks in. Imports nothing of ours."""
