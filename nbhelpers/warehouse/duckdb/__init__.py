"""The embedded warehouse: one DuckDB file for what is published, Parquet files beside it for what is staged.

DuckDB lets one process write and shuts every other out meanwhile. So nothing here keeps the file open between calls,
but in the notebooks of a run, which lets nobody else write: reads open it read-only, and only publishing writes, for the
length of one transaction. Builds never write to it at all; what they compute waits in a staging area, one file an output,
until a gate publishes it.
"""
