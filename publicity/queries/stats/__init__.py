"""Statistics (统计): each a `publicity.tables.Table`, counted by the condition of the list it leads to.

Start at ``composed.statistics``, which keeps what was counted until something happens.
"""
