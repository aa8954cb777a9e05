"""Integer sums of answers, and the estimates made of them."""
