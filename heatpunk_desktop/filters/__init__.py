"""What a person wants to see, as plain values: conditions, their text form, views of one's own."""
