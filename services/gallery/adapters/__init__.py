"""The gallery's ways to the world: S3, CloudFront, Pillow, and the rules of what is public."""
