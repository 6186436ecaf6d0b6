"""Human3.6M: readers of the official download and of prepared copies, and the crops made from them."""
