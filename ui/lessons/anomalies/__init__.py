"""The lesson Anomalies."""
