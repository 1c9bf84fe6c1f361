"""What customers without a contract will buy: a model of their purchases, and its predictions."""
