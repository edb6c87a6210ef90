"""Makes the worlds of these tests importable: texts and changes, as strange as the rules allow."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))
