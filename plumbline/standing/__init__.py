"""What checks stand on: processes, instances, links, and what `make up` keeps of them."""
