"""The market: the pitches of creators, and what each portal's first page shows of them."""
