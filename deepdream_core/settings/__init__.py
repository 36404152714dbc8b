"""Settings, presets and recipes as plain values; standard library only."""
