"""A roll as a file (名册文件): CSV or XLSX as village offices keep it, read into lines; nothing here asks a database.

Start at people.read. civic.tables turns bytes into numbered rows of text, people.py rows into people; every fault is
named by its line, all at once.
"""
