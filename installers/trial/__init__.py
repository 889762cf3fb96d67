"""What a trial did, step by step, and its report."""
