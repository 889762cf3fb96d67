"""The settings dialog, the account fields, and the page of the first start."""
