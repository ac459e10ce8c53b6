"""What a red check leaves behind: a file a source, each of which stands or fails alone (`gather.py`)."""
