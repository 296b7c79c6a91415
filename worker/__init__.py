"""The GPU worker: takes a job from the queue, makes its pictures, stores them, hands in the result.

It knows the rest of the platform only by `services.contracts` and `services.dispatch`. torch and
diffusers stay in `pipelines` and `checkpoints`.
"""
