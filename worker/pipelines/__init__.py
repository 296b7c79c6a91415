"""From a job to pictures: the only room besides `checkpoints` that knows torch and diffusers."""
