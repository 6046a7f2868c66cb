"""What people look up: the format, the checks and the commands, told by the code itself.

All of it is text made from the model, the checks' docstrings and the parsers of commands; it
knows of no topology. `streamatlas reference` writes it, editors read the schema.
"""
