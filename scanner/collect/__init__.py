"""The world → Deployment. This is the only package that talks to anything outside."""
