"""Front matter: what stands between the two `---` of an issue file, read without YAML's surprises."""
