import sys

from anticorr.cli import main

sys.exit(main())
