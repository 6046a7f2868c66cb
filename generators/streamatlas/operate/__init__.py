"""Operate: the only writes to a cluster. Each concern has a pure plan and an apply."""
