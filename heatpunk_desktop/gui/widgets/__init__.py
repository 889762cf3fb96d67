"""Controls, layouts and colours that any window may use."""
