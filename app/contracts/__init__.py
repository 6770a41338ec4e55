"""技术合同台账: registered contracts, their corrections and refunds."""
