"""A matrix of real TLS servers, each with one fault, and what is true of each of them."""
