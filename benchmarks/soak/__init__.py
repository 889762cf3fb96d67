"""The long proofs that nothing is lost, doubled or silently overwritten: `python3 dev.py bench --soak`.

Each module has one function::

    def run(*, seed: int, seconds: float | None, scale: float) -> dict[str, Any]

with the seed that everything random in it comes from, the most seconds it may take (None: as many as it needs) and
how much of the full number of runs is wanted (1 is all of it). What it gives is written to the JSON as it is, and
`docs/reliability.md` is written from that. Two of its keys are read:

- `counts`: what was run and how often, words for people to numbers, in the order of the table;
- `broken`: a text for each broken invariant, with what it takes to see it again. Where there is one, the command fails.
"""
