"""The preview: issues in the browser as readers will get them, renewed at every save. On this machine only."""
