"""The worker against diffusers called in a loop, and a worker that takes jobs as they come."""
