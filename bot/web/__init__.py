"""HTTP for operators: health, metrics, the webhook."""
