"""What a person sees: a browser in a thread of its own, the pages of the contract, the calendar on them."""
