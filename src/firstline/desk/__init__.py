"""The operators' desk: queue and own work, thread, client card; lists, settings; pages only.

Whatever is done here is done by the use cases of the layers below; this folder shows and asks.
"""
