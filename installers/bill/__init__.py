"""What is in a package: bill of materials, licences, sums, sizes."""
