"""What is asked for, as plain values: settings, presets, recipes; standard library only."""
