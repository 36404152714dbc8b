"""The computer and its folders: environment, memory, files that change at one stroke; standard library only."""
