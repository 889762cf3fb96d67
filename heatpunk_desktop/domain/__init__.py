"""Projects, operations, dates and validation: pure values and rules without Qt and without input or output."""
