"""Open data (开放数据): datasets (datasets.py) written row by row as CSV, Excel or JSON (formats.py).

A hundred thousand rows pass through in one query and a few hundred kilobytes: nothing is gathered first.
"""
