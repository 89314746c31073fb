"""Posts, topics and files of the content folder."""
