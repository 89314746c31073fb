"""What operators count, look after and prune."""
