"""What a project's dodo.py imports: `from datamodel_pipeline.pipeline.dodo import *`."""

from datamodel_pipeline.pipeline.loader import CONFIG as DOIT_CONFIG
from datamodel_pipeline.pipeline.loader import task_datamodel

__all__ = ["DOIT_CONFIG", "task_datamodel"]
