"""The account, the first start's page and the settings."""
