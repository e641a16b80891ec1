"""Pabulib files (.pb, 选票公开文件): reading.read any of the world's, writing.lines for ours. Format: pabulib.org/format."""
