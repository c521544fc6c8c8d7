"""The build of the models in specs/: `doit`, `doit list`, `doit clean`."""

from datamodel_pipeline.pipeline.dodo import *  # noqa: F403
