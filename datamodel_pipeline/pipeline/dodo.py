"""What a project's dodo.py imports: `from datamodel_pipeline.pipeline.dodo import *`."""

from datamodel_pipeline.pipeline.loader import config, task_datamodel

DOIT_CONFIG = config()

__all__ = ["DOIT_CONFIG", "task_datamodel"]
