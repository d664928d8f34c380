"""What the office decides, as TOML files: loaded, checked, versioned. `catalogue.loader.load` is the way in."""
