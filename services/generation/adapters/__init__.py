"""What reaches out of the service by other means than the kernel's and the queue's."""
