"""Imports (导入): tables of offices into rows, tried out first, all or nothing, twice the same as once.

One kind of import is one `kinds.Kind`: columns, a permission, and a service that says what each row would do and does
it in sets. Each app registers its kinds when it is loaded, as it does its queues. Start at services.py.
"""
