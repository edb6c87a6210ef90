"""What findings say, as tables: one file a subject and language, ``<subject>.<language>.json``.

Each file maps a finding's code to ``{"says": one plain sentence, "do": what to do next}``; ``{name}`` in them stands
for a value of the finding. A new table is a new file in each language; nothing else has to change.
"""
