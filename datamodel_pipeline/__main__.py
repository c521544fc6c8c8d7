"""`python -m datamodel_pipeline`: the same as `datamodel`."""

import sys

from datamodel_pipeline.commands.main import main

sys.exit(main())
