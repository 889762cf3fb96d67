"""Makes the installers of each system, tries them by installing them, and accounts for what is in them.

Run by `python3 dev.py package`; its parts: `identity` (icons), `folder` (PyInstaller), `debian`, `windows`, `macos`,
`bill` (bill of materials, licences, sums) and `trial` (the report of a trial).
"""
