"""Tables as offices keep them (表格): bytes into rows of text, rows into values, and templates to fill in.

Start at layout.py: `Column` says what a column is called and holds, `find` looks for the heading, `read` makes values.
reading.py opens the file, values.py reads single cells, writing.py makes templates. Nothing here asks a database.
"""
