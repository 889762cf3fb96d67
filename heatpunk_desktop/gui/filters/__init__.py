"""What is shown: the filter bar, its conditions, the dialog for one filter, and the search field's completion."""
