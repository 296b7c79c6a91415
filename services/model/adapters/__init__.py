"""The world as installing meets it: guarded addresses, downloads, the hub. Only here is httpx."""
