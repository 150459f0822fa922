"""A small shop: a catalogue, customers and their orders, gift cards."""
