"""The command line: words -> calls -> exit status.

In: typed words. Out: lines on the terminal. Only here does the code meet the user, the current
folder and the terminal.
"""

import sys

SYSTEMS = {"linux": "Linux", "darwin": "macOS"}

# Why here: the modules below cannot be imported on other systems.
if sys.platform not in SYSTEMS:
    sys.exit(f"hmic-letters runs on {' and '.join(SYSTEMS.values())}, not on {sys.platform}.")
