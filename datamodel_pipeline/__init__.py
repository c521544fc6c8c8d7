"""datamodel_pipeline: versioned YAML specs in, a reviewed data-model document and executable SQL out."""

__version__ = "0.1.0"
