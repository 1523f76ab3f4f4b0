"""The page: run as `python -m ui`, or called by the command line through `ui.__main__.serve`."""
