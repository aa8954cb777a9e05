"""Forms: the shape of what people send, and the messages for a field. What it means is a service's matter."""
